import { DouyinError } from "../errors.ts";
import { builtInProfile, type SiteProfile } from "../site-profile/index.ts";
import { aBogus } from "./a-bogus.ts";
import { canonicalString, type SignatureIds, signatureStub, webcastSignature } from "./webcast-signature.ts";

export interface SignInput extends SignatureIds {
	/** Aborts a signer that sends requests. */
	signal?: AbortSignal | undefined;
}

/** Source of signatures. Implement your own with {@link functionSigner} or `httpSigner` if the site changes. */
export interface Signer {
	/**
	 * Returns the push socket's `signature` for one room and visitor.
	 * @throws DouyinError `signature_rejected`, `network` or `timeout` if none can be obtained
	 */
	sign(input: SignInput): string | Promise<string>;
	/** Returns the `a_bogus` parameter for a query string. A signer without it sends requests without the parameter. */
	aBogus?(query: string, userAgent: string): string | Promise<string>;
}

export interface SignerOptions {
	/** Returns a number from 0 to just under 1; default `Math.random`. */
	random?: () => number;
	/** Returns the time, ms since the epoch; default the machine's clock. Only `a_bogus` uses it. */
	now?: () => number;
	/** Whether to also make `a_bogus`; default false, because that algorithm could not be checked against the site. */
	aBogus?: boolean;
	/** Returns the site profile in force, for its constants; default the built-in one. */
	profile?: () => SiteProfile;
}

/** Creates the built-in signer: the site's own algorithm, no network, one counter for the signer's life. */
export function createSigner(options: SignerOptions = {}): Signer {
	const random = options.random ?? Math.random;
	const now = options.now ?? Date.now;
	const profile = options.profile ?? (() => builtInProfile);
	let counter = 0;
	const signer: Signer = {
		sign: (ids) =>
			webcastSignature(
				ids,
				{
					counter: ++counter,
					payloadRandom: Math.floor(random() * 255),
					keyByte: Math.floor(random() * 255),
					flagBit: random() < 0.5 ? 0 : 1,
				},
				profile(),
			),
	};
	if (options.aBogus) {
		signer.aBogus = (query, userAgent) => aBogus({ query, userAgent, now: now(), random }, profile().a_bogus);
	}
	return signer;
}

/** Input of a user's own signer. */
export interface CustomSignInput extends SignInput {
	/** The string to be signed. */
	canonical: string;
	/** Its hex MD5 (`X-MS-STUB`). */
	stub: string;
}

/**
 * Creates a signer from a function; any error that it throws becomes a {@link DouyinError} `signature_rejected`.
 * @param profile returns the site profile in force, for the text to be signed; default the built-in one
 * @example
 * ```ts
 * import { DouyinLiveClient, functionSigner } from "@livekeeper/douyin";
 * const signer = functionSigner(({ stub }) => `my-own-${stub.length}`);
 * console.log(await signer.sign({ roomId: "7590", userUniqueId: "7111" })); // → "my-own-32"
 * const client = new DouyinLiveClient("261378947940", { baseUrl: "http://127.0.0.1:7002", signer });
 * console.log(client.liveId); // → "261378947940"
 * ```
 */
export function functionSigner(
	sign: (input: CustomSignInput) => string | Promise<string>,
	profile: () => SiteProfile = () => builtInProfile,
): Signer {
	return {
		async sign(ids) {
			const canonical = canonicalString(ids, profile());
			try {
				return requireSignature(await sign({ ...ids, canonical, stub: signatureStub(canonical) }));
			} catch (error) {
				if (error instanceof DouyinError) throw error;
				throw new DouyinError("signature_rejected", `The signer failed: ${describe(error)}`, { cause: error });
			}
		},
	};
}

/** @throws DouyinError `signature_rejected` if `value` is not a string that could be a signature */
export function requireSignature(value: unknown): string {
	if (typeof value === "string" && value.length > 0 && value.length <= 4096) return value;
	throw new DouyinError("signature_rejected", "The signer gave no signature: a non-empty string was expected.");
}

function describe(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
