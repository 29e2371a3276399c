dist_man_MANS += man/quorate.1
