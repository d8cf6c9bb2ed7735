# Make: a rule whose targets or sources depend on a variable that is not known is remarked on.
#: exact builds notes
#- Makefile
all: prog
prog: main.c $(EXTRA)
#< builds main.c
#< notes line 2: targets and sources depend on $(EXTRA), which is not known
#- main.c
