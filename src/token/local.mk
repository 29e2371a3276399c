noinst_LIBRARIES += libtoken.a
libtoken_a_CPPFLAGS = $(AM_CPPFLAGS) $(P11KIT_CFLAGS) $(PCSC_CFLAGS)
libtoken_a_SOURCES = \
	src/token/apdu.c \
	src/token/apdu.h \
	src/token/attestation.c \
	src/token/ber.c \
	src/token/ber.h \
	src/token/ckr.c \
	src/token/cvc.c \
	src/token/cvc.h \
	src/token/cvc_algorithm.h \
	src/token/cvc_roots.c \
	src/token/cvc_verify.c \
	src/token/hsm.c \
	src/token/hsm.h \
	src/token/hsm_domains.c \
	src/token/hsm_files.c \
	src/token/hsm_keys.c \
	src/token/hsm_pins.c \
	src/token/hsm_status.c \
	src/token/key_description.c \
	src/token/key_description.h \
	src/token/launcher.c \
	src/token/launcher.h \
	src/token/launcher_process.c \
	src/token/line.c \
	src/token/line.h \
	src/token/message.c \
	src/token/message.h \
	src/token/message_table.c \
	src/token/message_table.h \
	src/token/pcsc.c \
	src/token/pcsc.h \
	src/token/pcsc_card.c \
	src/token/pcsc_library.c \
	src/token/pcsc_library.h \
	src/token/pkcs11.c \
	src/token/pkcs11.h \
	src/token/pkcs11_act.c \
	src/token/pkcs11_attributes.c \
	src/token/pkcs11_inside.h \
	src/token/pkcs11_keys.c \
	src/token/pkcs11_objects.c \
	src/token/pkcs11_public.c \
	src/token/pkcs11_write.c \
	src/token/slots.c \
	src/token/slots_door.c \
	src/token/slots_flags.c \
	src/token/slots_inspect.c \
	src/token/slots_news.c \
	src/token/slots_state.h \
	src/token/token.c \
	src/token/token_mechanism.c \
	src/token/token_mechanism.h \
	src/token/token_object.c \
	src/token/worker.c
noinst_HEADERS += \
	include/quorate/attestation.h \
	include/quorate/card.h \
	include/quorate/hsm.h \
	include/quorate/inspect.h \
	include/quorate/launcher.h \
	include/quorate/rehearsal_root.h \
	include/quorate/slots.h \
	include/quorate/token.h \
	include/quorate/token_facts.h \
	include/quorate/token_object.h
