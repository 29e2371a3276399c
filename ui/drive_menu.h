/* Removable drives on the screen: listed as they come and go, files saved on one of them, the drive unmounted. */
#ifndef UI_DRIVE_MENU_H
#define UI_DRIVE_MENU_H

#include "prompt.h"

/* All ordinary files of folder are what is saved. The remarks go to the sitting. */
void drive_menu_open(struct sitting *sitting, const char *folder);
bool drive_menu_is_open(void);
void drive_menu_close(void);

int drive_menu_rows(int columns);
void drive_menu_draw(struct area area);
unsigned drive_menu_key(const struct press *press);
unsigned drive_menu_tick(void);
int drive_menu_wait_ms(void);
size_t drive_menu_descriptors(struct pollfd *ret, size_t most);

#endif
