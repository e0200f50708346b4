import { describe, expect, it } from 'vitest';
import { Interruption } from '#core/registry/transport/call';
import { CertificateRefused } from '#core/registry/transport/connector';
import { classifyFailure, noteOn } from '#core/registry/transport/error-map';
import { errors } from 'undici';
import { ProxyFailure } from '#core/registry/transport/tunnel';

const coded = (code: string, message = code) => Object.assign(new Error(message), { code });
const parser = (message: string) => new errors.HTTPParserError(message);

describe('classifyFailure', () => {
  it.each([
    [coded('ENOTFOUND'), 'dns-failed'],
    [coded('ECONNREFUSED'), 'connection-refused'],
    [new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]), 'connection-refused'],
    [coded('ECONNRESET'), 'connection-lost'],
    [coded('UND_ERR_SOCKET', 'other side closed'), 'connection-lost'],
    [coded('UND_ERR_HEADERS_TIMEOUT'), 'timed-out'],
    [coded('EHOSTUNREACH'), 'network-unreachable'],
    [coded('CERT_HAS_EXPIRED'), 'tls-expired'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls-untrusted'],
    [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls-host-mismatch'],
    [new CertificateRefused('ERR_TLS_CERT_ALTNAME_INVALID', []), 'tls-host-mismatch'],
    [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'tls-not-offered'],
    [
      coded('EPROTO', 'write EPROTO 0A00010B:SSL routines:ssl3_get_record:wrong version number'),
      'tls-not-offered',
    ],
    [coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'tls-client-certificate'],
    [coded('EPROTO', 'tlsv1 alert unknown ca'), 'tls-client-certificate'],
    [coded('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'), 'tls-handshake-failed'],
    [parser('Response does not match the HTTP/1.1 protocol'), 'not-a-registry'],
    [parser('Invalid character in chunk size'), 'response-malformed'],
    [coded('UND_ERR_HEADERS_OVERFLOW'), 'response-too-large'],
    [new ProxyFailure('x', { status: 407 }), 'proxy-failed'],
    [new Interruption('cancelled'), 'cancelled'],
    [new Interruption('timed-out'), 'timed-out'],
    [new Error('odd'), 'connection-lost'],
    ['a string', 'connection-lost'],
  ])('%s is %s', (error, code) => {
    expect(classifyFailure(error)).toBe(code);
  });

  it('says what a proxy answered', () => {
    expect(noteOn(new ProxyFailure('x', { status: 407 }))).toContain('user name and password');
    expect(noteOn(new ProxyFailure('x', { status: 503 }))).toContain('503');
    expect(noteOn(new Error('x'))).toBeUndefined();
  });
});
