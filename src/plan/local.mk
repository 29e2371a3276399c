noinst_LIBRARIES += libplan.a
libplan_a_SOURCES = \
	src/plan/plan_file.c \
	src/plan/plan_judge.c \
	src/plan/plan_key.c \
	src/plan/plan_reading.h \
	src/plan/plan_tell.c
noinst_HEADERS += include/quorate/plan_file.h
