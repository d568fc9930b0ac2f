"""Finding in logs what is listed: indicators read, compiled and searched for, exactly.

``indicators`` reads what to look for, ``matcher`` looks for it in a block of bytes, ``readers`` turn files into such
blocks, ``hunt`` joins the three. Nothing is imported here, so that light commands stay light.
"""
