/**
 * Keys whose private half everybody has, by id: the sample keys of MCUboot, which have been found in products. A board that
 * trusts one of them runs anybody's firmware. Source: MCUboot 2.4.0, the *.pem files of its repository.
 */

export const PUBLISHED_KEYS: Readonly<Record<string, string>> = {
  c1907fa4eac7fae3840a78902b6f0710b037e9968e5c6274a12a28790c7d4e3c: 'MCUboot root-ed25519.pem',
  '6754edab1e29affef4a05935adecbeb1a7b8b62397b31e39a61b5bfcaafd63af': 'MCUboot root-ed25519-2.pem',
  b1d87d60173352b9a4808979790fc699fb4c4f83b49cf1970edd96ff4adc36a6: 'MCUboot root-ed25519-unknown.pem',
  e30466f6b8470c1f29070b17f1e2d3e94d445e3f608087fdc711e4382bb538b6: 'MCUboot root-ec-p256.pem',
  '3c23fc4e1d332a0c86e6a8bf6ecf26046d702302e135bf53fc04a009a33a78c5': 'MCUboot enc-ec256-priv.pem',
  bb868a727f0ef75e890a6a52bccd1d936fb34438afd6f237e8af259865742446: 'MCUboot cypress-test-ec-p256.pem',
  e6c097daf1458d0f8b8d43fc4b4b9d4425203484b3afe5570ed074073901bab0: 'MCUboot bad-ec-p256.pem',
  '6dc968724fdedb71be7c8ad62540ea148996f96adb5c48e9cc3112c588f26d89': 'MCUboot testplan key_ec256.pem',
  '1c35c9ccb929906e7792eda384825b41be700c50760493eaf163135933e191aa': 'MCUboot testplan key_ec256_2.pem',
};
