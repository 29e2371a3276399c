dist_man_MANS += man/quorate.1 man/quorate-ceremony.7 man/quorate-journal.5 man/quorate-moving.7 man/quorate-plan.5
