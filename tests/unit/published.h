/*
 * Published by David Barkhuizen (github.com/davidbarkhuizen/nitrokey-hsm, doc/btc-key-export.md, Unlicense): a DKEK
 * share file made with sc-hsm-tool, and a secp256k1 key wrapped by a real Nitrokey HSM. All in hex.
 */
#ifndef TESTS_UNIT_PUBLISHED_H
#define TESTS_UNIT_PUBLISHED_H

#define PUBLISHED_PASSWORD "passwordpassword"
#define PUBLISHED_SHARE_FILE                                                                                           \
	"53616c7465645f5fa24f5a8aef8e398445568310e4a699667642a614ff11bdc854ccd1eca84164d2bc53ea682cda98af"             \
	"6080d0f37ef6d7a5ceb09d202a39abdd"
#define PUBLISHED_DKEK "5965add4f58b867f21795fe4a4a7641d1f57e784ccfd68453609c45d6326862b"
#define PUBLISHED_KCV_TEXT "ECC9 2C62 E3F6 189E"
#define PUBLISHED_WRAPPED_FILE                                                                                         \
	"3082039a0482016becc92c62e3f6189e0c000a04007f00070202020203000000000000c83648119bfeac651904f9ded5"             \
	"f79055d62d4a5351f1bd783ec63a52c8c3b9014466e430a6b929cd738d5bba8c167cbb4e5187a4b910d2d31ef278df49"             \
	"34bba331c28a6feef85c473b4906cc8de7737241bf53179c9b0c085b7433fb5c423ee9273e9e1a1c1b86ff79d2de81e1"             \
	"6c06f47f973d268ebf1d174164f71bbcdb980488c4d6834b74d9df3663ce2499e62470fa5243e93efe1c5fbf87b09461"             \
	"ec611b2bf6f6fcb1b9115732569b3c4abb9b1cfcfcee62d39c9f1b144c9b4d7ba7b1cb42e7d50688631b6057c0595cbb"             \
	"6462ced3aad6cd150164c16fc81a4324f60b41d1a5dd18e8976bbe754f25d55fcc96d241373e4a8d67839889e2757cf7"             \
	"be152216bd966039048c8970fadb1a14049e9fcde7c94291922c26497866d76da30da03d36f0ddccaa002c56fbe501ff"             \
	"3c084a7c2418c841eaadbaca5c4a9dc416dedd54af0df9b22170b5d2613173a606c50aa03f30110c086274632d746573"             \
	"74030206c0040101301e04146ad40c319318588593caae7b24a956175f4d46e70303073080020101a10a300830020400"             \
	"02020100678201e67f2182018c7f4e8201445f29010042095554434130303030317f4982011d060a04007f0007020202"             \
	"02038120fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f822000000000000000000000"             \
	"000000000000000000000000000000000000000000008320000000000000000000000000000000000000000000000000"             \
	"000000000000000784410479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726"             \
	"a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b88520fffffffffffffffffffffffffffffffebaaedc"             \
	"e6af48a03bbfd25e8cd036414186410434de60895fe7949543388c01aa68b9c825dc9a2c34fa542a1a2304a9408198a2"             \
	"14f355f6e7452be0fd0359d30a75c023b94a0302783e463da2e9c0b1179bceb58701015f201044454e4b303130353730"             \
	"3230303030315f374089801fd8c3dafd3db8b24b8a64ed459480b7a95f3e079139fadf079d0596963cdb87460b53b82d"             \
	"69ddeb9d880641d1718a60d5c8ed46632897e113adff9b85c6421044454e4b3031303537303230303030305f374099f2"             \
	"e8f7e2f38d2840912f6fa98f47d147e4c74331f4e4cf04d705e710b4b8b252e7b9b4f998b6be07d6465a0836f706b8ea"             \
	"88a433ec84c051e16a00970febcb"
#define PUBLISHED_SCALAR "721fb160e3ae01226c38a79e70519119b406849f13faf878e787a6be111c0d0f"
#define PUBLISHED_POINT                                                                                                \
	"0434de60895fe7949543388c01aa68b9c825dc9a2c34fa542a1a2304a9408198a214f355f6e7452be0fd0359d30a75c0"             \
	"23b94a0302783e463da2e9c0b1179bceb5"

#endif
