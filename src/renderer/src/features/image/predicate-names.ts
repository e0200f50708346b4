/** In-toto predicate types (buildkit docs/attestations, cosign specs/COSIGN_PREDICATE_SPEC.md, in-toto attestation spec/predicates). */
const names: readonly (readonly [prefix: string, name: string])[] = [
  ['https://spdx.dev/Document', 'SBOM (SPDX)'],
  ['https://cyclonedx.org/bom', 'SBOM (CycloneDX)'],
  ['https://slsa.dev/provenance', 'Provenance (SLSA)'],
  ['https://slsa.dev/verification_summary', 'Verification summary (SLSA)'],
  ['https://cosign.sigstore.dev/attestation/vuln', 'Vulnerability scan'],
  ['https://in-toto.io/attestation/vulns', 'Vulnerability scan'],
  ['https://in-toto.io/attestation/test-result', 'Test result'],
  ['https://openvex.dev/ns', 'VEX'],
];

/** Plain words for a predicate type; the type itself when it is not known. */
export const predicateName = (predicateType: string): string =>
  names.find(([prefix]) => predicateType.startsWith(prefix))?.[1] ?? predicateType;
