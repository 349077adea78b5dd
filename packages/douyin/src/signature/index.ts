export { aBogus } from "./a-bogus.ts";
export { type HttpSignerOptions, httpSigner } from "./http-signer.ts";
export {
	type CustomSignInput,
	createSigner,
	functionSigner,
	type Signer,
	type SignerOptions,
	type SignInput,
} from "./signer.ts";
export type { SignatureIds } from "./webcast-signature.ts";
