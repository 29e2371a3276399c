#include <quorate/wrapped_key.h>

#include <limits.h>
#include <openssl/asn1.h>
#include <string.h>

/* One TLV at *at, moved past it; *ret_content is where its content begins. */
static bool
take_tlv(const uint8_t **at, const uint8_t *end, int tag, const uint8_t **ret_content)
{
	const uint8_t *content = *at;
	long length;
	int found, class, flags;

	if (end - *at < 2)
		return false;
	flags = ASN1_get_object(&content, &length, &found, &class, end - *at);
	/* 80: nonsense, or longer than there is; 01: a length that is not said. */
	if ((flags & 0x81) != 0 || (tag >= 0 && (found != tag || class != V_ASN1_UNIVERSAL)))
		return false;
	*ret_content = content;
	*at = content + length;
	return true;
}

enum outcome
wrapped_file_parse(const uint8_t *bytes, size_t size, struct wrapped_file *ret)
{
	const uint8_t *at = bytes, *content, *begin;

	*ret = (struct wrapped_file){ 0 };
	if (size > LONG_MAX || !take_tlv(&at, bytes + size, V_ASN1_SEQUENCE, &content) || at != bytes + size)
		return FAIL_WRAPPED_KEY;
	at = content;
	if (!take_tlv(&at, bytes + size, V_ASN1_OCTET_STRING, &ret->blob))
		return FAIL_WRAPPED_KEY;
	ret->blob_size = (size_t)(at - ret->blob);
	begin = at;
	if (at < bytes + size) {
		if (!take_tlv(&at, bytes + size, -1, &content))
			return FAIL_WRAPPED_KEY;
		ret->description = begin;
		ret->description_size = (size_t)(at - begin);
	}
	begin = at;
	if (at < bytes + size) {
		if (!take_tlv(&at, bytes + size, -1, &content))
			return FAIL_WRAPPED_KEY;
		ret->certificate = begin;
		ret->certificate_size = (size_t)(at - begin);
	}
	return at == bytes + size ? DONE : FAIL_WRAPPED_KEY;
}

/* The one object that a file on a card begins with; what is behind it is padding. Nothing for what is no object. */
static size_t
object_size(const uint8_t *bytes, size_t size)
{
	const uint8_t *at = bytes, *content;

	return size <= LONG_MAX && take_tlv(&at, bytes + size, -1, &content) ? (size_t)(at - bytes) : 0;
}

enum outcome
wrapped_file_encode(const struct wrapped_file *file, uint8_t ret[WRAPPED_FILE_MOST], size_t *ret_size)
{
	size_t description = object_size(file->description, file->description_size);
	size_t certificate = object_size(file->certificate, file->certificate_size);
	struct wrapped_key key;
	uint8_t *to = ret;
	int blob, inside, size;

	*ret_size = 0;
	/* The reader tells the two apart by their order alone. */
	if (wrapped_key_parse(file->blob, file->blob_size, &key) != DONE || (description == 0 && certificate > 0) ||
		(description == 0 && file->description_size > 0) || (certificate == 0 && file->certificate_size > 0))
		return FAIL_WRAPPED_KEY;
	if (description > WRAPPED_FILE_MOST || certificate > WRAPPED_FILE_MOST)
		return FAIL_TOO_LONG;
	blob = ASN1_object_size(0, (int)file->blob_size, V_ASN1_OCTET_STRING);
	inside = blob + (int)description + (int)certificate;
	size = ASN1_object_size(1, inside, V_ASN1_SEQUENCE);
	if (blob <= 0 || size <= 0 || size > WRAPPED_FILE_MOST)
		return FAIL_TOO_LONG;
	ASN1_put_object(&to, 1, inside, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
	ASN1_put_object(&to, 0, (int)file->blob_size, V_ASN1_OCTET_STRING, V_ASN1_UNIVERSAL);
	memcpy(to, file->blob, file->blob_size);
	to += file->blob_size;
	if (description > 0)
		memcpy(to, file->description, description);
	to += description;
	if (certificate > 0)
		memcpy(to, file->certificate, certificate);
	*ret_size = (size_t)size;
	return DONE;
}
