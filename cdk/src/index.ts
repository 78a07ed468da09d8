export { OktaAccess } from './access';
export { OktaFederation, OktaFederationProps } from './federation';
export {
  OktaAdopt,
  OktaAdoptOnDelete,
  OktaAttributesRequestMethod,
  OktaFederationOptions,
  OktaSecretRotation,
} from './generated/federation-options';
export {
  OktaFederationProviderOptions,
  OktaProviderAdoption,
  OktaProviderTracing,
} from './generated/provider-options';
export { OktaIssuer } from './issuer';
export {
  OktaFederationProvider,
  OktaFederationProviderImport,
  OktaFederationProviderProps,
} from './provider';
export { IOktaFederationProvider, OktaFederationProviderBase } from './provider-metrics';
export { OktaVerification } from './verification';
