#include "drive_menu.h"

#include "errand.h"
#include "rows.h"

#include <quorate/clock.h>
#include <quorate/drives.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <string.h>

/* Between two looks at what is plugged in. */
#define LOOK_MS 1000
#define TEXT_SIZE 512

static struct {
	struct sitting *sitting; /* NULL: closed */
	char folder[LIMIT_TEXT_INPUT];
	struct drive drives[DRIVES_MOST];
	size_t count, selected;
	struct errand errand;
	enum helper_kind helper;
	struct drive at_work;        /* the one that is mounted, unmounted or locked */
	char saved[DRIVE_NAME_SIZE]; /* the carrier that has the files; "" none */
	int64_t next_at;
} self;

static const char *
root(void)
{
	return self.sitting->console->settings->root;
}

static void
look(void)
{
	self.count = drives_list(root(), self.drives);
	if (self.selected >= self.count)
		self.selected = self.count > 0 ? self.count - 1 : 0;
	self.next_at = clock_steady_ms() + LOOK_MS;
}

void
drive_menu_open(struct sitting *sitting, const char *folder)
{
	memset(&self, 0, sizeof self);
	self.sitting = sitting;
	text_format(self.folder, sizeof self.folder, "%s", folder);
	look();
}

bool
drive_menu_is_open(void)
{
	return self.sitting != NULL;
}

void
drive_menu_close(void)
{
	if (self.sitting != NULL)
		errand_stop(&self.errand);
	memset(&self, 0, sizeof self);
}

static const char *
head(void)
{
	return _("All files of this folder are copied to the drive that is chosen, each written durably, read back and "
		 "compared. Nothing in them is secret; an encrypted drive also hides whose they are.");
}

int
drive_menu_rows(int columns)
{
	return rows_count(head(), columns) + 1 + 2 * (int)(self.count > 0 ? self.count : 1);
}

static void
tell_bytes(uint64_t bytes, char *ret, size_t size)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	double shown = (double)bytes / 1000;
	size_t unit = 0;

	for (; shown >= 1000 && unit + 1 < sizeof units / sizeof units[0]; unit++)
		shown /= 1000;
	text_format(ret, size, shown < 10 ? "%.1f %s" : "%.0f %s", shown, units[unit]);
}

static bool
is_saved(const struct drive *drive)
{
	return self.saved[0] != '\0' && strcmp(self.saved, drive->carrier) == 0;
}

/* What Enter does with it. */
static void
tell_act(const struct drive *drive, char *ret, size_t size)
{
	char free_text[32];

	if (drive->mount_point[0] == '\0') {
		text_format(ret, size, "%s",
			drive->cover == DRIVE_LOCKED ? _("locked: unlock it with this system's own means first")
						     : _("not mounted: Enter mounts it"));
		return;
	}
	tell_bytes(drive->free, free_text, sizeof free_text);
	if (drive->is_read_only)
		text_format(ret, size, _("mounted at %s, read-only"), drive->mount_point);
	else if (is_saved(drive))
		text_format(ret, size, _("mounted at %s, saved: Enter unmounts it"), drive->mount_point);
	else
		text_format(ret, size, _("mounted at %s, %s free: Enter saves there"), drive->mount_point, free_text);
}

void
drive_menu_draw(struct area area)
{
	int used = paint_wrapped(area, 0, MEANING_NORMAL, head()) + 1;

	area.row += used;
	area.rows -= used;
	if (self.count == 0) {
		paint_wrapped(
			area, 0, MEANING_MUTED, _("No removable drive is here. Plug one in: it is seen at once."));
		return;
	}
	for (size_t i = self.selected * 2 >= (size_t)(area.rows > 2 ? area.rows - 1 : 1) ? self.selected : 0;
		i < self.count && area.rows > 1; i++) {
		const struct drive *drive = &self.drives[i];
		bool is_selected = i == self.selected;
		char text[TEXT_SIZE], size[32];

		tell_bytes(drive->size, size, sizeof size);
		text_format(text, sizeof text, "%s (%s, %s): %s", drive->label[0] == '\0' ? _("a drive") : drive->label,
			drive->carrier, size, drive_cover_text(drive->cover));
		if (is_selected) {
			paint_glyph(area.row, area.column, MEANING_ACCENT, GLYPH_SELECTED);
			paint_bar(area.row, area.column + 2, area.columns - 2, MEANING_SELECTED, "");
		}
		paint_text(area.row, area.column + 2, area.columns - 2, is_selected ? MEANING_SELECTED : MEANING_NORMAL,
			text);
		tell_act(drive, text, sizeof text);
		paint_text(area.row + 1, area.column + 4, area.columns - 4, MEANING_MUTED, text);
		area.row += 2;
		area.rows -= 2;
	}
}

static unsigned
tell(enum meaning meaning, const char *text)
{
	prompt_remark(self.sitting, meaning, "%s", text);
	return REACT_DRAW;
}

static unsigned
refuse(enum outcome outcome)
{
	return tell(MEANING_DANGER, outcome_text(outcome));
}

static unsigned
save(const struct drive *drive)
{
	unsigned count = 0;
	enum outcome outcome =
		drive->is_read_only ? FAIL_DISK_READ_ONLY : drive_save_folder(root(), drive, self.folder, &count);

	look();
	if (outcome != DONE)
		return refuse(outcome);
	text_format(self.saved, sizeof self.saved, "%s", drive->carrier);
	prompt_remark(self.sitting, MEANING_GOOD,
		P_("%u file is on the drive, read back and compared. Enter unmounts it; then it can be taken out.",
			"%u files are on the drive, read back and compared. Enter unmounts it; then it can be taken "
			"out.",
			count),
		count);
	return REACT_DRAW;
}

static unsigned
begin(enum helper_kind helper, const struct drive *drive, const char *device)
{
	enum outcome outcome;

	self.at_work = *drive;
	self.helper = helper;
	outcome = errand_begin(&self.errand, self.sitting->console->settings->launcher, helper, device, 0, NULL, 0);
	if (outcome == FAIL_HELPER_MISSING)
		return tell(MEANING_WARNING,
			helper == HELPER_MOUNT
				? _("udisksctl is not installed here: whoever runs this machine has to mount the "
				    "drive.")
				: _("udisksctl is not installed here. Everything is written to the drive; before it is "
				    "taken out, whoever runs this machine unmounts it."));
	if (outcome != DONE)
		return refuse(outcome);
	return tell(MEANING_NORMAL, helper == HELPER_MOUNT
					    ? _("The drive is being mounted.")
					    : _("The drive is being unmounted. Do not take it out yet."));
}

static unsigned
accept(void)
{
	const struct drive drive = self.drives[self.selected];

	if (drive.mount_point[0] == '\0')
		return drive.cover == DRIVE_LOCKED ? refuse(FAIL_DRIVE_LOCKED)
						   : begin(HELPER_MOUNT, &drive, drive.device);
	return is_saved(&drive) ? begin(HELPER_UNMOUNT, &drive, drive.device) : save(&drive);
}

unsigned
drive_menu_key(const struct press *press)
{
	if (errand_is_under_way(&self.errand))
		return tell(MEANING_WARNING, _("Wait until the drive is ready."));
	if (self.count > 0 && keys_select(press, self.count, &self.selected))
		return REACT_DRAW;
	if (press->request == REQUEST_ACCEPT && self.count > 0)
		return accept();
	return REACT_UNKNOWN;
}

/* The helper ended. */
static unsigned
ended(void)
{
	bool is_well = self.errand.is_well;

	look();
	if (!is_well && self.helper != HELPER_LOCK)
		return refuse(FAIL_DRIVE_TOOL);
	if (self.helper == HELPER_MOUNT)
		return tell(MEANING_GOOD, _("The drive is mounted. Enter saves there."));
	/* What was unlocked for this is locked again. */
	if (self.helper == HELPER_UNMOUNT && self.at_work.cover == DRIVE_OPEN)
		return begin(HELPER_LOCK, &self.at_work, self.at_work.carrier);
	self.saved[0] = '\0';
	return is_well ? tell(MEANING_GOOD, _("The drive is unmounted and can be taken out."))
		       : tell(MEANING_WARNING,
				 _("The drive is unmounted and can be taken out; it could not be locked."));
}

unsigned
drive_menu_tick(void)
{
	if (errand_is_under_way(&self.errand))
		return errand_advance(&self.errand) ? ended() : REACT_NOTHING;
	if (clock_steady_ms() < self.next_at)
		return REACT_NOTHING;
	look();
	return REACT_DRAW;
}

int
drive_menu_wait_ms(void)
{
	int64_t left = self.next_at - clock_steady_ms();

	return errand_is_under_way(&self.errand) ? errand_timeout(&self.errand) : left < 0 ? 0 : (int)left;
}

size_t
drive_menu_descriptors(struct pollfd *ret, size_t most)
{
	return errand_descriptors(&self.errand, ret, most);
}
