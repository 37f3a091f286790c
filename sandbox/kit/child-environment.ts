/**
 * The variables with which an ordinary program reaches the sandbox, and nothing but the sandbox.
 *
 * Source: curl(1) CURL_CA_BUNDLE, git-config(1) GIT_SSL_CAINFO, requests' REQUESTS_CA_BUNDLE,
 * OpenSSL's and Go's SSL_CERT_FILE, Node's NODE_EXTRA_CA_CERTS and NODE_USE_ENV_PROXY
 */
export function childEnvironment(
  proxyUrl: string,
  caPath: string,
): Readonly<Record<string, string>> {
  const loopback = '127.0.0.1,localhost,::1';
  return {
    HTTPS_PROXY: proxyUrl,
    https_proxy: proxyUrl,
    // So that plain http to the world outside is refused and listed too, instead of leaving.
    HTTP_PROXY: proxyUrl,
    http_proxy: proxyUrl,
    NO_PROXY: loopback,
    no_proxy: loopback,
    CURL_CA_BUNDLE: caPath,
    GIT_SSL_CAINFO: caPath,
    NODE_EXTRA_CA_CERTS: caPath,
    NODE_USE_ENV_PROXY: '1',
    REQUESTS_CA_BUNDLE: caPath,
    SSL_CERT_FILE: caPath,
  };
}
