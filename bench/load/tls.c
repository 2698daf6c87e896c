#include "load.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

static SSL_CTX *context;
static SSL_SESSION *latest; /* of the newest ticket, to resume with */

void die_of_tls(const char *what)
{
    fprintf(stderr, "%s: ", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static int keep(SSL *tls, SSL_SESSION *session)
{
    (void)tls;
    SSL_SESSION_free(latest);
    latest = SSL_SESSION_dup(session);
    return 0;
}

void tls_init(const char *cipher)
{
    /* Every relay gets the same: one version, one cipher, one curve. Whose the certificate is costs the client alone. */
    context = SSL_CTX_new(TLS_client_method());
    if (!context || !SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) || !SSL_CTX_set_ciphersuites(context, cipher)
        || !SSL_CTX_set1_groups_list(context, "X25519"))
        die_of_tls("context");
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);

    /* Some relays end without a close-notify; what counts here is that the bytes came. */
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep);
}

SSL *tls_on(int fd, bool resumes)
{
    SSL *tls = SSL_new(context);
    if (!tls || !SSL_set_fd(tls, fd))
        die_of_tls("connection");
    if (resumes) {
        /* libssl never uses one twice; the relays take it as often as it comes. */
        SSL_SESSION *own = SSL_SESSION_dup(latest);
        if (!own || !SSL_set_session(tls, own))
            die_of_tls("session");
        SSL_SESSION_free(own);
    }
    SSL_set_connect_state(tls);
    return tls;
}

bool tls_waits(SSL *tls, int result)
{
    int error = SSL_get_error(tls, result);
    ERR_clear_error();
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

SSL *tls_dial(int port, enum role role)
{
    char first = (char)role;
    SSL *tls = tls_on(dial(port), false);
    if (SSL_connect(tls) != 1 || SSL_write(tls, &first, 1) != 1)
        die_of_tls("first byte");
    return tls;
}
