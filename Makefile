# make demo   grade a small class and say where its report lies
# make test   all tests
# make lint   format, lint, types, and the order of the rooms
# make check  lint, and the tests that need no more than a second or two
# make evidence  what each lab's evidence has to stand, by rule: hundreds of gradings
# make verify notebooks are up to date; every known wrong answer loses exactly its tasks, and so do some mutants
# make mutate every mutant of every answer loses a task, or is known to be equivalent
# make docs   the documentation as a site, build/site/index.html
# make pictures  the pictures of docs/desk.md and docs/report.md, again
# make clean  remove what these made
#
# Needs Python 3.11+ and nothing else: .venv is made on first use, and again when the requirements change.
# Where pip has no build of the tested torch pair for your machine, use any other: make TESTED= test

PYTHON ?= python3
VENV ?= .venv
TESTED ?= -c requirements-tested.txt

installed := $(VENV)/.installed
bin := $(VENV)/bin
labs := $(patsubst solutions/%/,%,$(wildcard solutions/*/))

.PHONY: demo test check evidence lint verify docs pictures clean mutate

demo: $(installed)
	$(bin)/autograder grade protonet fixtures/protonet/demo --out demo-graded
	@echo
	@echo "The report: $(CURDIR)/demo-graded/report/index.html"

# Two files at a time, those with long tests first; a file's tests share servers and classes, so they stay
# together.
test: $(installed)
	OMP_NUM_THREADS=1 $(bin)/python -m pytest -m "not thorough" -n 2 --dist loadfile --no-loadscope-reorder --durations=60

# What to run before a commit: all that needs no more than a second or two.
check: lint
	$(bin)/python -m pytest -q -m "not slow and not thorough" -n 2 --dist loadfile

# After a change of a lab's probes, graders or answers: what its evidence has to stand, by rule.
evidence: $(installed)
	$(bin)/python -m pytest -m thorough

lint: $(installed)
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy
	$(bin)/lint-imports

# Two labs at a time: each has stretches that keep one core busy.
verify: $(installed)
	$(MAKE) --no-print-directory -j 2 $(labs:%=verified-%)

verified-%: $(installed)
	$(bin)/autograder build --check $*; built=$$?; $(bin)/autograder verify $* && $(bin)/autograder mutate $* && exit $$built

mutate: $(installed)
	$(bin)/autograder mutate --all

docs: $(installed)
	$(bin)/python docs/make_commands.py
	$(bin)/mkdocs build --strict
	@echo
	@echo "The site: $(CURDIR)/build/site/index.html"

pictures: $(installed)
	folder=$$(mktemp -d) && $(bin)/python docs/desk_walk.py $$folder/walk --pictures && rm -r $$folder
	$(bin)/python docs/report_pictures.py

$(installed): pyproject.toml requirements-tested.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed: make PYTHON=python3.11 ..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(bin)/python -m pip install --quiet --disable-pip-version-check $(TESTED) -e ".[dev]"
	@touch $@

clean:
	rm -rf .venv demo-graded build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
