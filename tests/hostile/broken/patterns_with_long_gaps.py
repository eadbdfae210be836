"""A heading and a call of IPython with a quarter of a million spaces in them, which a pattern reads again and again."""

from tests.hostile.handing_in import write

GAP = " " * 250_000


def build(room, student, notebook, files):
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    words = {"cell_type": "markdown", "metadata": {}}
    notebook["cells"].append(words | {"source": f"# Mine{GAP}too"})
    notebook["cells"].append(code | {"source": f"get_ipython().x){GAP}x"})
    write(room / student, notebook, files)
