"""Waits for somebody to type."""

name = input("Your name? ")
