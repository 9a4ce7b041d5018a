"""Papers as people print them and as reference managers keep them. Pure: knows no rows and no pages.

A citation is a dict by the names in `fields`. Readers give every name, with None for what is not there.
"""
