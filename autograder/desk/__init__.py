"""The desk: a local web page where a person gives points for written answers. Trusted side, hostile text.

It listens on 127.0.0.1 alone, behind a random token. What students wrote is sanitised (`render`), and the
page's policy forbids scripts other than its own and every request elsewhere (`guard`).
"""
