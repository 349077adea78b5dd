/**
 * Kinds of drift: what the site sends that this version does not know. `method`: a kind of message; `field`: a field of
 * a typed kind; `message` and `frame`: they would not decode; `page`: an answer without its marks; `empty`: an answer
 * without content.
 */
export const driftKinds = ["method", "field", "message", "frame", "page", "empty"] as const;
export type DriftKind = (typeof driftKinds)[number];

/** One observation of drift. */
export interface Drift {
	readonly kind: DriftKind;
	/** The method, `method#field`, or the call or way that was answered. */
	readonly name: string;
	/** Received bytes: a view that is valid during the call only. They hold what users wrote. */
	readonly sample?: Uint8Array | undefined;
}

/** Receives observations as they are made. Must not throw, and must be quick. */
export type DriftListener = (drift: Drift) => void;
