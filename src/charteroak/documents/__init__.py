"""Documents for people who judge: one house style, one picture of an interval, tagged PDF. Values in, bytes out."""
