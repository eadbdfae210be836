"""Results told to people: the terminal table, the class page, a page for each student. Trusted side."""
