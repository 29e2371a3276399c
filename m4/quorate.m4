# Warnings, build modes and hardening, each probed: a compiler that lacks a flag that we require stops configure.

# QUORATE_REQUIRE(FLAG): the compiler and linker take FLAG, or configure stops.
AC_DEFUN([QUORATE_REQUIRE], [
	AX_CHECK_COMPILE_FLAG([$1], [QUORATE_CFLAGS="$QUORATE_CFLAGS $1"],
		[AC_MSG_ERROR([this compiler has no $1, which protects secrets here])], [-Werror])
])

AC_DEFUN([QUORATE_REQUIRE_LINK], [
	AX_CHECK_LINK_FLAG([$1], [QUORATE_LDFLAGS="$QUORATE_LDFLAGS $1"],
		[AC_MSG_ERROR([this linker has no $1, which protects secrets here])])
])

AC_DEFUN([QUORATE_WARNINGS], [
	AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [warnings are errors])],
		[], [enable_werror=no])
	for flag in -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
		-Wpointer-arith -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wcast-qual \
		-Wimplicit-fallthrough -Wnull-dereference -Wno-missing-field-initializers; do
		AX_CHECK_COMPILE_FLAG([$flag], [QUORATE_CFLAGS="$QUORATE_CFLAGS $flag"], [], [-Werror])
	done
	AS_IF([test "x$enable_werror" = xyes], [QUORATE_CFLAGS="$QUORATE_CFLAGS -Werror"])
])

AC_DEFUN([QUORATE_MODES], [
	AC_ARG_ENABLE([sanitizers], [AS_HELP_STRING([--enable-sanitizers],
		[AddressSanitizer and UndefinedBehaviorSanitizer])], [], [enable_sanitizers=no])
	AC_ARG_ENABLE([coverage], [AS_HELP_STRING([--enable-coverage], [count lines and branches for gcov])],
		[], [enable_coverage=no])
	AC_ARG_ENABLE([fuzzing], [AS_HELP_STRING([--enable-fuzzing], [build the fuzz targets (clang, libFuzzer)])],
		[], [enable_fuzzing=no])
	AS_IF([test "x$enable_sanitizers" = xyes], [
		QUORATE_REQUIRE([-fsanitize=address,undefined])
		QUORATE_REQUIRE([-fno-sanitize-recover=all])
		QUORATE_CFLAGS="$QUORATE_CFLAGS -DQUORATE_SANITIZED"
		QUORATE_LDFLAGS="$QUORATE_LDFLAGS -fsanitize=address,undefined"])
	AS_IF([test "x$enable_coverage" = xyes], [
		QUORATE_REQUIRE([--coverage])
		QUORATE_LDFLAGS="$QUORATE_LDFLAGS --coverage"])
	AS_IF([test "x$enable_fuzzing" = xyes], [
		AX_CHECK_COMPILE_FLAG([-fsanitize=fuzzer-no-link],
			[QUORATE_CFLAGS="$QUORATE_CFLAGS -fsanitize=fuzzer-no-link,address,undefined"
			 QUORATE_LDFLAGS="$QUORATE_LDFLAGS -fsanitize=address,undefined"],
			[AC_MSG_ERROR([--enable-fuzzing needs clang: ./configure CC=clang --enable-fuzzing])], [-Werror])])
	AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
])

AC_DEFUN([QUORATE_HARDENING], [
	QUORATE_REQUIRE([-fstack-protector-strong])
	QUORATE_REQUIRE([-fstack-clash-protection])
	# FORTIFY wants optimisation and quarrels with the sanitizers' own interceptors.
	AS_IF([test "x$enable_sanitizers$enable_fuzzing" = xnono],
		[QUORATE_REQUIRE([-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2])])
	# Where the compiler has them (clang 14 lacks the first and wants an extra word for the second).
	for flag in -fzero-call-used-regs=used -fcf-protection=full; do
		AX_CHECK_COMPILE_FLAG([$flag], [QUORATE_CFLAGS="$QUORATE_CFLAGS $flag"], [], [-Werror])
	done
	AX_CHECK_COMPILE_FLAG([-ftrivial-auto-var-init=zero],
		[QUORATE_CFLAGS="$QUORATE_CFLAGS -ftrivial-auto-var-init=zero"],
		[AX_CHECK_COMPILE_FLAG(
			[-ftrivial-auto-var-init=zero -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang],
			[QUORATE_CFLAGS="$QUORATE_CFLAGS -ftrivial-auto-var-init=zero -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang"],
			[], [-Werror])], [-Werror])
	QUORATE_REQUIRE([-fPIE])
	QUORATE_REQUIRE_LINK([-pie])
	QUORATE_REQUIRE_LINK([-Wl,-z,relro])
	QUORATE_REQUIRE_LINK([-Wl,-z,now])
	QUORATE_REQUIRE_LINK([-Wl,-z,noexecstack])
])
