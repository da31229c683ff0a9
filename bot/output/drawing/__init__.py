"""Draws pictures, in a process of its own (see __main__): numpy and the picture library never enter the bot's.

Shapes are painted by their distance to each pixel, letters by FreeType; both are smooth at the size they are seen at.
Nothing is written to disk, no cache is kept, no network asked.
"""
