/* The sheets of a prompt as files. */
#ifndef UI_SHEET_FILES_H
#define UI_SHEET_FILES_H

#include "prompt.h"

/* All sheets as PDF, or as plain text, in a new file. Outcomes of pdf_make, sheet_plain and file_save. */
enum outcome sheet_files_save(const struct sitting *sitting, const char *path, bool is_pdf);

/* Both, in the folder that the prompt names, under a name that is free; the prompt then says where they are. */
enum outcome sheet_files_save_here(struct sitting *sitting);

#endif
