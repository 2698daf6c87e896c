#include "meeting.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdlib.h>

/* A device of Syncthing's is the digest of its certificate. All of these have one key, so that thousands are soon made. */
struct device {
    X509 *certificate;
    unsigned char id[DEVICE_ID];
};

static SSL_CTX *context;
static EVP_PKEY *key;
static struct device *devices; /* one for each session's end that listens, and the last for all that connect */
static size_t connecting;

static X509 *new_certificate(long serial)
{
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);
    if (!X509_set_version(certificate, 2) || !ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial)
        || !X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"load", -1, -1, 0) || !X509_set_issuer_name(certificate, name)
        || !X509_gmtime_adj(X509_getm_notBefore(certificate), -86400) || !X509_gmtime_adj(X509_getm_notAfter(certificate), 86400)
        || !X509_set_pubkey(certificate, key) || !X509_sign(certificate, key, EVP_sha256()))
        die_of_tls("certificate");
    return certificate;
}

/* Whose the relay's certificate is, is not what is measured: without this libssl builds and verifies a chain, and ignores what comes of it. */
static int take_any(X509_STORE_CTX *chain, void *unused)
{
    (void)chain;
    (void)unused;
    return 1;
}

void make_devices(size_t sessions)
{
    static const unsigned char alpn[] = "\x09" "bep-relay";
    context = SSL_CTX_new(TLS_client_method());
    key = EVP_EC_gen("P-256");
    devices = calloc(sessions + 1, sizeof *devices);
    if (!context || !key || !devices || SSL_CTX_set_alpn_protos(context, alpn, sizeof alpn - 1) != 0
        || !SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) || !SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256")
        || !SSL_CTX_set1_groups_list(context, "X25519"))
        die_of_tls("context");
    SSL_CTX_set_cert_verify_callback(context, take_any, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    for (connecting = 0; connecting < sessions + 1; connecting++) {
        struct device *device = &devices[connecting];
        device->certificate = new_certificate((long)now_ns() / 1000 + (long)connecting);
        X509_digest(device->certificate, EVP_sha256(), device->id, NULL);
    }
    connecting = sessions;
}

const unsigned char *device_id(size_t session)
{
    return devices[session].id;
}

SSL *tls_as_device(const struct end *end)
{
    SSL *tls = SSL_new(context);
    X509 *own = devices[end->role == LISTENS ? end->session : connecting].certificate;
    if (!tls || !SSL_set_fd(tls, end->fd) || SSL_use_certificate(tls, own) != 1 || SSL_use_PrivateKey(tls, key) != 1)
        die_of_tls("connection");
    SSL_set_connect_state(tls);
    return tls;
}
