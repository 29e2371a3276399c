#include "recovery.h"

#include <quorate/tongue.h>

/* Made of: OpenSSL's EVP_BytesToKey with MD5, as OpenSC's sc-hsm-tool calls it; Lagrange's interpolation at 0. Its
 * lines are at most 80 columns, so that a text taken from the PDF runs as it is. */
static const char program[] = "# Opens a DKEK share file without a token:  python3 open_share.py share.pbe\n"
			      "import hashlib, subprocess, sys\n"
			      "\n"
			      "def number(prompt):\n"
			      "    return int(input(prompt).replace(' ', '').replace(':', ''), 16)\n"
			      "\n"
			      "def open_with(password):\n"
			      "    key = block = b''\n"
			      "    while len(key) < 48:\n"
			      "        block = block + password + data[8:16]\n"
			      "        for step in range(10000000):\n"
			      "            block = hashlib.md5(block).digest()\n"
			      "        key = key + block\n"
			      "    command = ['openssl', 'enc', '-d', '-aes-256-cbc', '-nopad',\n"
			      "               '-K', key[:32].hex(), '-iv', key[32:].hex()]\n"
			      "    return subprocess.run(command, input=data[16:], capture_output=True).stdout\n"
			      "\n"
			      "data = open(sys.argv[1], 'rb').read()\n"
			      "count = int(input('How many shares will you type (0: a password instead)? '))\n"
			      "if count == 0:\n"
			      "    passwords = [input('Password: ').encode()]\n"
			      "else:\n"
			      "    prime, secret, points = number('Prime: '), 0, []\n"
			      "    for i in range(count):\n"
			      "        points.append((int(input('Share ID: ')), number('Share value: ')))\n"
			      "    for x, y in points:\n"
			      "        for other, value in points:\n"
			      "            if other != x:\n"
			      "                y = y * other * pow(other - x, -1, prime) % prime\n"
			      "        secret = (secret + y) % prime\n"
			      "    fits = [n for n in (secret, secret + prime) if n < 2 ** 64]\n"
			      "    passwords = [n.to_bytes(8, 'big') for n in fits]\n"
			      "    passwords.insert(1, passwords[0].lstrip(bytes(1)))\n"
			      "for password in dict.fromkeys(passwords):\n"
			      "    plain = open_with(password)\n"
			      "    if plain[32:] == bytes([16] * 16):\n"
			      "        print('DKEK share', plain[:32].hex())\n"
			      "        print('KCV, if there is only this share',\n"
			      "              hashlib.sha256(plain[:32]).hexdigest()[:16].upper())\n"
			      "        sys.exit(0)\n"
			      "sys.exit('This does not open the file.')";

static enum outcome
add_parts(struct frame *frame, const struct part *parts, size_t count)
{
	enum outcome outcome = DONE;

	for (size_t i = 0; i < count && outcome == DONE; i++)
		outcome = parts[i].add(frame, &parts[i]);
	return outcome;
}

#define ADD_PARTS(frame, parts) add_parts(frame, parts, sizeof(parts) / sizeof(parts)[0])

static const struct part typing[] = {
	{ frame_section, N_("From this paper back to the file"), NULL },
	{ frame_paragraph, NULL,
		N_("Scan the QR symbol into a file share.txt. Or type the lines above into it, without the number at "
		   "the "
		   "beginning of each and without the six digits at its end, which are a check over the line (CRC-24 "
		   "of "
		   "RFC 4880 over number, colon and characters). Capital and small letters are different. Then turn "
		   "the text into the file, and compare its SHA-256 with the one on this sheet:") },
	{ frame_code, NULL,
		"tr -d ' \\n' < share.txt | openssl base64 -d -A -out share.pbe\n"
		"openssl dgst -sha256 share.pbe" },
};

static const struct part tools[] = {
	{ frame_section, N_("Recovering with quorate"), NULL },
	{ frame_paragraph, NULL,
		N_("Proves, without any token, that the shares or the password open the file, and shows the key check "
		   "value (KCV). It asks for what it needs; nothing typed is shown:") },
	{ frame_code, NULL, "quorate verify share.pbe" },
	{ frame_section, N_("Recovering without quorate, with a token"), NULL },
	{ frame_paragraph, NULL,
		N_("This takes an empty SmartCard-HSM or Nitrokey HSM, and sc-hsm-tool of the OpenSC project. The "
		   "first "
		   "command wipes the token. The second asks for the password of the file. Where the password was "
		   "split among custodians, use the third instead, with the number of shares that will be typed "
		   "(the threshold) in place of M: it asks for the prime, and then for ID and value of each share.") },
	{ frame_code, NULL,
		"sc-hsm-tool --initialize --dkek-shares 1\n"
		"sc-hsm-tool --import-dkek-share share.pbe\n"
		"sc-hsm-tool --import-dkek-share share.pbe --pwd-shares-total M" },
	{ frame_paragraph, NULL,
		N_("sc-hsm-tool prints share IDs in decimal but reads them as hexadecimal: from ID 10 on, type a for "
		   "10, "
		   "b for 11, f for 15, 10 for 16, 20 for 32. The token then shows the KCV; if it is another one than "
		   "on the sheet, something was mistyped. After that, keys that were wrapped under this DKEK are put "
		   "back with sc-hsm-tool --unwrap-key.") },
};

static const struct part algorithm[] = {
	{ frame_section, N_("Recovering without a token: how it works"), NULL },
	{ frame_paragraph, NULL,
		N_("Shares. Each share is a point (ID, value) of a polynomial over the integers modulo the prime; all "
		   "numbers are hexadecimal but the ID. The value of that polynomial at 0, found by Lagrange's "
		   "interpolation from as many points as the threshold says, written as 8 bytes with the highest "
		   "first, is the password of the file. (Files of old programs: without zero bytes in front, or "
		   "with the prime added.)") },
	{ frame_paragraph, NULL,
		N_("Key. D1 = MD5 of password and salt, taken again of its own result until it was taken 10,000,000 "
		   "times. D2 = the same over D1, password and salt; D3 = the same over D2, password and salt. D1 and "
		   "D2 are the key of 32 bytes, D3 is the initialisation vector of 16.") },
	{ frame_paragraph, NULL,
		N_("File. 64 bytes: the word Salted__, 8 bytes of salt, 48 bytes of AES-256 in CBC mode. Decrypted "
		   "these "
		   "are the 32 bytes of the DKEK share and 16 bytes of value 16; if they are not, the password is "
		   "wrong.") },
	{ frame_paragraph, NULL,
		N_("DKEK. All shares of the key domain combined by exclusive or; mostly there is only one. KCV = the "
		   "first "
		   "8 bytes of its SHA-256. SHA-256 of the DKEK followed by the bytes 00 00 00 01 gives the AES-256 "
		   "key "
		   "that wrapped keys are encrypted with (CBC mode, initialisation vector zero), and followed by 00 00 "
		   "00 02 the key of the AES-CMAC in their last 16 bytes. A wrapped key begins with its KCV.") },
	{ frame_section, N_("Recovering without a token: a program"), NULL },
	{ frame_paragraph, NULL,
		N_("For Python 3.8 or later with the openssl command, on a machine without network that is wiped "
		   "afterwards: what it prints is secret. It takes some ten seconds or more.") },
	{ frame_code, NULL, program },
};

/* The second one, for wrapped keys: AES-CMAC is checked first, by openssl. */
static const char key_program[] = "# Opens a wrapped key without a token:  python3 open_key.py key.bin\n"
				  "import hashlib, subprocess, sys\n"
				  "\n"
				  "def item(at):\n"
				  "    size, at = data[at + 1], at + 2\n"
				  "    if size > 128:\n"
				  "        more = size - 128\n"
				  "        size, at = int.from_bytes(data[at:at + more], 'big'), at + more\n"
				  "    return at, size\n"
				  "\n"
				  "def openssl(*command, **more):\n"
				  "    done = subprocess.run(('openssl',) + command, capture_output=True, **more)\n"
				  "    return done.stdout\n"
				  "\n"
				  "data = open(sys.argv[1], 'rb').read()\n"
				  "at, size = item(item(0)[0])\n"
				  "blob, at = data[at:at + size], 9\n"
				  "dkek = bytes.fromhex(input('DKEK: '))\n"
				  "if blob[:8] != hashlib.sha256(dkek).digest()[:8]:\n"
				  "    sys.exit('Another DKEK.')\n"
				  "ends = bytes(3) + bytes([1]), bytes(3) + bytes([2])\n"
				  "key, mac = [hashlib.sha256(dkek + end).hexdigest() for end in ends]\n"
				  "check = openssl('mac', '-cipher', 'AES-256-CBC', '-macopt',\n"
				  "                'hexkey:' + mac, 'CMAC', input=blob[:-16])\n"
				  "if bytes.fromhex(check.decode()) != blob[-16:]:\n"
				  "    sys.exit('Damaged.')\n"
				  "for field in range(4):\n"
				  "    at += 2 + int.from_bytes(blob[at:at + 2], 'big')\n"
				  "plain = openssl('enc', '-d', '-aes-256-cbc', '-nopad', '-K', key,\n"
				  "                '-iv', '0' * 32, input=blob[at:-16])[8:]\n"
				  "names = {12: 'A B P N G D Q', 6: 'DP1 DQ1 P PQ Q N E', 5: 'D N E'}[blob[8]]\n"
				  "print('bits', int.from_bytes(plain[:2], 'big'))\n"
				  "at = 2\n"
				  "for name in names.split():\n"
				  "    size = int.from_bytes(plain[at:at + 2], 'big')\n"
				  "    print(name, plain[at + 2:at + 2 + size].hex())\n"
				  "    at += 2 + size";

static const struct part key[] = {
	{ frame_section, N_("A wrapped key: from paper back to a token"),
		N_("Scan the QR symbols, in their order, into one file key.txt, or type the lines as for the share "
		   "file. Then turn the text into the file, and compare its SHA-256:") },
	{ frame_code, NULL,
		"tr -d ' \\n' < key.txt | openssl base64 -d -A -out key.bin\n"
		"openssl dgst -sha256 key.bin" },
	{ frame_paragraph, NULL,
		N_("With quorate: the ceremony \"Restore from paper\" takes share file, shares and this key from their "
		   "sheets; or, on a token that has the DKEK already, \"Restore a key\" on the Token screen takes the "
		   "file. Its KCV has to be the one on the wrapped-key sheet. With sc-hsm-tool of the OpenSC project: "
		   "the token gets the DKEK first, as the share-file sheet says; then the key goes back, and the "
		   "number is a place on the token that is free:") },
	{ frame_code, NULL, "sc-hsm-tool --unwrap-key key.bin --key-reference 1" },
	{ frame_paragraph, NULL,
		N_("With no token, on a machine without network that is wiped afterwards, for what it prints is "
		   "secret: the program below, with Python 3.8 or later and openssl 3. It takes the DKEK, which the "
		   "program for the share file prints where there is only one share. It prints the key's numbers, "
		   "in hexadecimal: of an elliptic curve A, B, P, N, G and the secret D, and the public point Q; of "
		   "RSA the secret primes P and Q or the secret D, and the public N and E.") },
	{ frame_code, NULL, key_program },
};

enum outcome
recovery_typing(struct frame *frame, const struct part *part)
{
	(void)part;
	return ADD_PARTS(frame, typing);
}

enum outcome
recovery_tools(struct frame *frame, const struct part *part)
{
	(void)part;
	return ADD_PARTS(frame, tools);
}

enum outcome
recovery_algorithm(struct frame *frame, const struct part *part)
{
	(void)part;
	return ADD_PARTS(frame, algorithm);
}

enum outcome
recovery_key(struct frame *frame, const struct part *part)
{
	(void)part;
	return ADD_PARTS(frame, key);
}
