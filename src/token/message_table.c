#include "message_table.h"

#define PLACE(type, member) #member, offsetof(type, member), sizeof((type *)0)->member
#define NUMBER(type, member, least, most)                                                                              \
	{                                                                                                              \
		FIELD_NUMBER, PLACE(type, member), least, most, NULL                                                   \
	}
#define ANY_NUMBER(type, member)                                                                                       \
	{                                                                                                              \
		FIELD_NUMBER, PLACE(type, member), INT64_MIN, INT64_MAX, NULL                                          \
	}
#define ANSWER(type, member)                                                                                           \
	{                                                                                                              \
		FIELD_NUMBER, PLACE(type, member), 0, 1, NULL                                                          \
	}
#define TEXT(type, member)                                                                                             \
	{                                                                                                              \
		FIELD_TEXT, PLACE(type, member), 0, 0, NULL                                                            \
	}
#define STRING(type, member)                                                                                           \
	{                                                                                                              \
		FIELD_STRING, PLACE(type, member), 0, 0, NULL                                                          \
	}
#define BYTES(type, member)                                                                                            \
	{                                                                                                              \
		FIELD_BYTES, PLACE(type, member), 0, 0, NULL                                                           \
	}
#define SECRET(type, member)                                                                                           \
	{                                                                                                              \
		FIELD_SECRET, PLACE(type, member), 0, MESSAGE_SECRET_MOST, NULL                                        \
	}
#define BLOB(type, member)                                                                                             \
	{                                                                                                              \
		FIELD_BLOB, PLACE(type, member), 0, 0, NULL                                                            \
	}
#define RECORD(type, member, fields)                                                                                   \
	{                                                                                                              \
		FIELD_RECORD, PLACE(type, member), 0, 0, fields                                                        \
	}
#define END                                                                                                            \
	{                                                                                                              \
		FIELD_NUMBER, NULL, 0, 0, 0, 0, NULL                                                                   \
	}

static const struct field code_fields[] = {
	NUMBER(struct code, kind, CODE_NONE, CODE_SCARD),
	NUMBER(struct code, value, 0, UINT32_MAX),
	END,
};

static const struct field pin_fields[] = {
	NUMBER(struct pin_status, state, PIN_UNKNOWN, PIN_LOCKED),
	NUMBER(struct pin_status, tries_left, -1, 255),
	END,
};

static const struct field key_domain_fields[] = {
	NUMBER(struct key_domain, state, KEY_DOMAIN_ABSENT, KEY_DOMAIN_DKEK),
	NUMBER(struct key_domain, shares, 0, 255),
	NUMBER(struct key_domain, outstanding, 0, 255),
	BYTES(struct key_domain, kcv),
	END,
};

static const struct field key_authentication_fields[] = {
	ANSWER(struct key_authentication, is_set_up),
	NUMBER(struct key_authentication, total, 0, 255),
	NUMBER(struct key_authentication, missing, 0, 255),
	NUMBER(struct key_authentication, required, 0, 255),
	NUMBER(struct key_authentication, authenticated, 0, 255),
	END,
};

static const struct field device_certificate_fields[] = {
	TEXT(struct device_certificate, holder),
	TEXT(struct device_certificate, authority),
	TEXT(struct device_certificate, valid_from),
	TEXT(struct device_certificate, valid_to),
	TEXT(struct device_certificate, key),
	BYTES(struct device_certificate, digest),
	ANSWER(struct device_certificate, is_signed),
	ANSWER(struct device_certificate, is_root),
	END,
};

#define DEVICE_CERTIFICATE(number) RECORD(struct hsm_status, certificates[number], device_certificate_fields)
#define KEY_DOMAIN(number) RECORD(struct hsm_status, key_domains[number], key_domain_fields)

static const struct field hsm_fields[] = {
	NUMBER(struct hsm_status, version_major, 0, 255),
	NUMBER(struct hsm_status, version_minor, 0, 255),
	NUMBER(struct hsm_status, options, 0, 255),
	TEXT(struct hsm_status, label),
	TEXT(struct hsm_status, serial),
	RECORD(struct hsm_status, user_pin, pin_fields),
	RECORD(struct hsm_status, so_pin, pin_fields),
	ANSWER(struct hsm_status, has_dkek),
	NUMBER(struct hsm_status, dkek_total, 0, 255),
	NUMBER(struct hsm_status, dkek_outstanding, 0, 255),
	BYTES(struct hsm_status, kcv),
	NUMBER(struct hsm_status, key_domain_count, 0, HSM_KEY_DOMAINS),
	KEY_DOMAIN(0),
	KEY_DOMAIN(1),
	KEY_DOMAIN(2),
	KEY_DOMAIN(3),
	KEY_DOMAIN(4),
	KEY_DOMAIN(5),
	KEY_DOMAIN(6),
	KEY_DOMAIN(7),
	KEY_DOMAIN(8),
	KEY_DOMAIN(9),
	KEY_DOMAIN(10),
	KEY_DOMAIN(11),
	KEY_DOMAIN(12),
	KEY_DOMAIN(13),
	KEY_DOMAIN(14),
	KEY_DOMAIN(15),
	RECORD(struct hsm_status, key_authentication, key_authentication_fields),
	NUMBER(struct hsm_status, key_count, 0, 65535),
	NUMBER(struct hsm_status, certificate_count, 0, 65535),
	NUMBER(struct hsm_status, proof, DEVICE_UNPROVEN, DEVICE_REHEARSAL),
	TEXT(struct hsm_status, chain),
	NUMBER(struct hsm_status, chain_count, 0, DEVICE_CHAIN_MOST),
	DEVICE_CERTIFICATE(0),
	DEVICE_CERTIFICATE(1),
	DEVICE_CERTIFICATE(2),
	DEVICE_CERTIFICATE(3),
	DEVICE_CERTIFICATE(4),
	END,
};

static const struct field launch_fields[] = {
	ANSWER(struct message, as.launch.is_helper),
	NUMBER(struct message, as.launch.which, 0, WORKER_KIND_COUNT + HELPER_KIND_COUNT),
	NUMBER(struct message, as.launch.number, 0, LIMIT_COPIES),
	STRING(struct message, as.launch.subject),
	END,
};

static const struct field launched_fields[] = {
	NUMBER(struct message, as.launched.pid, 0, INT32_MAX),
	NUMBER(struct message, as.launched.outcome, DONE, OUTCOME_COUNT - 1),
	RECORD(struct message, as.launched.code, code_fields),
	END,
};

static const struct field stop_fields[] = {
	NUMBER(struct message, as.stop.pid, 1, INT32_MAX),
	NUMBER(struct message, as.stop.milliseconds, 0, LIMIT_WORKER_SLOW_MS),
	END,
};

static const struct field stopped_fields[] = {
	NUMBER(struct message, as.stopped.status, INT32_MIN, INT32_MAX),
	END,
};

static const struct field look_fields[] = {
	ANSWER(struct message, as.look.is_fresh),
	END,
};

static const struct field target_fields[] = {
	TEXT(struct token_target, reader),
	TEXT(struct token_target, module),
	ANY_NUMBER(struct token_target, slot),
	TEXT(struct token_target, serial),
	TEXT(struct token_target, label),
	END,
};

static const struct field certificate_fields[] = {
	NUMBER(struct token_certificate, form, 0, CERTIFICATE_FORM_COUNT - 1),
	TEXT(struct token_certificate, subject),
	TEXT(struct token_certificate, issuer),
	TEXT(struct token_certificate, serial),
	TEXT(struct token_certificate, not_before),
	TEXT(struct token_certificate, not_after),
	TEXT(struct token_certificate, key),
	BYTES(struct token_certificate, digest),
	END,
};

static const struct field object_fields[] = {
	ANY_NUMBER(struct token_object, handle),
	NUMBER(struct token_object, class, 0, OBJECT_CLASS_COUNT - 1),
	TEXT(struct token_object, label),
	BYTES(struct token_object, id),
	NUMBER(struct token_object, id_size, 0, TOKEN_OBJECT_ID_SIZE),
	ANSWER(struct token_object, is_id_cut),
	TEXT(struct token_object, type),
	NUMBER(struct token_object, bits, 0, UINT32_MAX),
	NUMBER(struct token_object, kind, 0, KEY_KIND_COUNT - 1),
	NUMBER(struct token_object, usage, 0, UINT32_MAX),
	NUMBER(struct token_object, flags, 0, UINT32_MAX),
	NUMBER(struct token_object, key_reference, 0, 255),
	NUMBER(struct token_object, key_domain, 0, 255),
	RECORD(struct token_object, certificate, certificate_fields),
	NUMBER(struct token_object, outcome, DONE, OUTCOME_COUNT - 1),
	RECORD(struct token_object, code, code_fields),
	END,
};

static const struct field act_fields[] = {
	NUMBER(struct message, as.act.act, 0, TOKEN_ACT_COUNT - 1),
	RECORD(struct message, as.act.target, target_fields),
	ANSWER(struct message, as.act.is_pin_pad),
	ANSWER(struct message, as.act.is_fresh),
	TEXT(struct message, as.act.label),
	SECRET(struct message, as.act.user_pin),
	SECRET(struct message, as.act.so_pin),
	SECRET(struct message, as.act.new_pin),
	SECRET(struct message, as.act.dkek_share),
	NUMBER(struct message, as.act.dkek_shares, 0, 255),
	NUMBER(struct message, as.act.retry_counter, 0, 255),
	NUMBER(struct message, as.act.key_domain, 0, 255),
	NUMBER(struct message, as.act.kind, 0, KEY_KIND_COUNT - 1),
	RECORD(struct message, as.act.object, object_fields),
	ANSWER(struct message, as.act.has_new_label),
	ANSWER(struct message, as.act.has_new_id),
	TEXT(struct message, as.act.new_label),
	BYTES(struct message, as.act.new_id),
	NUMBER(struct message, as.act.new_id_size, 0, TOKEN_OBJECT_ID_SIZE),
	BLOB(struct message, as.act.data),
	BLOB(struct message, as.act.description),
	BLOB(struct message, as.act.certificate),
	END,
};

static const struct field module_fields[] = {
	TEXT(struct message, as.module.name),
	STRING(struct message, as.module.path),
	TEXT(struct message, as.module.description),
	TEXT(struct message, as.module.manufacturer),
	TEXT(struct message, as.module.version),
	END,
};

static const struct field slot_fields[] = {
	ANY_NUMBER(struct slot_info, id),
	TEXT(struct slot_info, description),
	ANSWER(struct slot_info, has_token),
	TEXT(struct slot_info, label),
	TEXT(struct slot_info, manufacturer),
	TEXT(struct slot_info, model),
	TEXT(struct slot_info, serial),
	TEXT(struct slot_info, firmware),
	TEXT(struct slot_info, hardware),
	ANY_NUMBER(struct slot_info, flags),
	ANY_NUMBER(struct slot_info, pin_min),
	ANY_NUMBER(struct slot_info, pin_max),
	ANY_NUMBER(struct slot_info, sessions),
	ANY_NUMBER(struct slot_info, sessions_most),
	ANY_NUMBER(struct slot_info, write_sessions),
	ANY_NUMBER(struct slot_info, write_sessions_most),
	ANY_NUMBER(struct slot_info, public_memory),
	ANY_NUMBER(struct slot_info, public_memory_free),
	ANY_NUMBER(struct slot_info, private_memory),
	ANY_NUMBER(struct slot_info, private_memory_free),
	NUMBER(struct slot_info, outcome, DONE, OUTCOME_COUNT - 1),
	RECORD(struct slot_info, code, code_fields),
	END,
};

static const struct field slot_message_fields[] = {
	RECORD(struct message, as.slot, slot_fields),
	END,
};

static const struct field reader_fields[] = {
	TEXT(struct message, as.reader.name),
	ANSWER(struct message, as.reader.has_card),
	ANSWER(struct message, as.reader.is_hsm),
	ANSWER(struct message, as.reader.has_pin_pad),
	NUMBER(struct message, as.reader.outcome, DONE, OUTCOME_COUNT - 1),
	RECORD(struct message, as.reader.code, code_fields),
	RECORD(struct message, as.reader.hsm, hsm_fields),
	END,
};

static const struct field looked_fields[] = {
	NUMBER(struct message, as.looked.outcome, DONE, OUTCOME_COUNT - 1),
	RECORD(struct message, as.looked.code, code_fields),
	END,
};

static const struct field answer_fields[] = {
	NUMBER(struct message, as.answer.act, 0, TOKEN_ACT_COUNT - 1),
	NUMBER(struct message, as.answer.outcome, DONE, OUTCOME_COUNT - 1),
	RECORD(struct message, as.answer.code, code_fields),
	ANSWER(struct message, as.answer.is_slot),
	ANSWER(struct message, as.answer.has_before),
	ANSWER(struct message, as.answer.has_after),
	RECORD(struct message, as.answer.before, hsm_fields),
	RECORD(struct message, as.answer.after, hsm_fields),
	RECORD(struct message, as.answer.slot_before, slot_fields),
	RECORD(struct message, as.answer.slot_after, slot_fields),
	BYTES(struct message, as.answer.random),
	NUMBER(struct message, as.answer.kinds, 0, UINT32_MAX),
	BLOB(struct message, as.answer.value),
	BLOB(struct message, as.answer.request),
	BLOB(struct message, as.answer.description),
	BLOB(struct message, as.answer.certificate),
	END,
};

static const struct field inspect_fields[] = {
	TEXT(struct message, as.inspect.reader),
	ANY_NUMBER(struct message, as.inspect.slot),
	TEXT(struct message, as.inspect.serial),
	TEXT(struct message, as.inspect.label),
	ANSWER(struct message, as.inspect.is_object),
	RECORD(struct message, as.inspect.object, object_fields),
	END,
};

static const struct field mechanism_fields[] = {
	ANY_NUMBER(struct message, as.mechanism.type),
	TEXT(struct message, as.mechanism.name),
	ANY_NUMBER(struct message, as.mechanism.least),
	ANY_NUMBER(struct message, as.mechanism.most),
	ANSWER(struct message, as.mechanism.is_in_bytes),
	ANY_NUMBER(struct message, as.mechanism.flags),
	NUMBER(struct message, as.mechanism.outcome, DONE, OUTCOME_COUNT - 1),
	END,
};

static const struct field object_message_fields[] = {
	RECORD(struct message, as.object, object_fields),
	END,
};

static const struct field attribute_fields[] = {
	ANY_NUMBER(struct message, as.attribute.type),
	TEXT(struct message, as.attribute.name),
	TEXT(struct message, as.attribute.value),
	ANSWER(struct message, as.attribute.is_hidden),
	END,
};

static const struct field inspected_fields[] = {
	NUMBER(struct message, as.inspected.outcome, DONE, OUTCOME_COUNT - 1),
	RECORD(struct message, as.inspected.code, code_fields),
	NUMBER(struct message, as.inspected.kinds, 0, UINT32_MAX),
	END,
};

static const struct field no_fields[] = { END };

const struct message_row message_table[MESSAGE_KIND_COUNT] = {
	[MESSAGE_LAUNCH] = { "launch", launch_fields, false, false },
	[MESSAGE_LAUNCHED] = { "launched", launched_fields, false, true },
	[MESSAGE_STOP] = { "stop", stop_fields, false, false },
	[MESSAGE_STOPPED] = { "stopped", stopped_fields, false, false },
	[MESSAGE_LOOK] = { "look", look_fields, false, false },
	[MESSAGE_ACT] = { "act", act_fields, true, false },
	[MESSAGE_MODULE] = { "module", module_fields, false, false },
	[MESSAGE_SLOT] = { "slot", slot_message_fields, false, false },
	[MESSAGE_READER] = { "reader", reader_fields, false, false },
	[MESSAGE_LOOKED] = { "looked", looked_fields, false, false },
	[MESSAGE_INSPECT] = { "inspect", inspect_fields, false, false },
	[MESSAGE_MECHANISM] = { "mechanism", mechanism_fields, false, false },
	[MESSAGE_OBJECT] = { "object", object_message_fields, false, false },
	[MESSAGE_ATTRIBUTE] = { "attribute", attribute_fields, false, false },
	[MESSAGE_INSPECTED] = { "inspected", inspected_fields, false, false },
	[MESSAGE_ANSWER] = { "answer", answer_fields, false, false },
	[MESSAGE_CHANGED] = { "changed", no_fields, false, false },
};
