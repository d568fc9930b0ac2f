"""What stands inside the files of a message: images, PDF, Office documents, archives, Outlook messages.

Every function here reads hostile bytes with a library that we did not write, so it runs in a worker process
(``adapters.untrusted_worker``) whose CPU, memory and system calls are bounded; ``looking.look_inside`` is the one door.
Limits stand in front of each library as well. Nothing is run, fetched or resolved.
"""
