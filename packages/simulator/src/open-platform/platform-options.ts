/** Kinds of data that a task pushes. */
export const msgTypes = ["live_comment", "live_gift", "live_like", "live_fansclub"] as const;
export type MsgType = (typeof msgTypes)[number];

export function isMsgType(text: unknown): text is MsgType {
	return msgTypes.some((type) => type === text);
}

/** Kinds whose failed deliveries can be looked up. */
export const keptTypes: ReadonlySet<MsgType> = new Set(["live_gift", "live_fansclub"]);

/** Faults of callbacks on their way, each with a probability from 0 to 1. */
export interface PushFaults {
	/** The callback is never sent. */
	loss: number;
	/** The callback is sent twice. */
	duplicates: number;
	/** The callback is sent after later ones. */
	disorder: number;
	/** The callback arrives, but its answer does not, so it counts as failed. */
	lostAnswers: number;
}

/** An app of the open platform, as its developer has set it up. */
export interface AppSettings {
	secret: string;
	/** Secrets that sign callbacks of each kind; default the app's own secret. */
	callbackSecrets: Partial<Record<MsgType, string>>;
	/** Address of callbacks; "" for none. */
	callbackUrl: string;
	/** Live ids of the rooms in which it is mounted; `all` for every one. Tasks run in no other. Default `all`. */
	mounted: "all" | readonly string[];
	/** Lifetime of a token, ms. Default two hours. */
	tokenMs: number;
	/** Maximum callbacks per second. Default 100. */
	rate: number;
	/** Maximum entries in one callback. Default 20. */
	batch: number;
	faults: PushFaults;
}

export const noFaults: PushFaults = { loss: 0, duplicates: 0, disorder: 0, lostAnswers: 0 };

export const defaultApp = {
	callbackSecrets: {},
	callbackUrl: "",
	mounted: "all",
	tokenMs: 7_200_000,
	rate: 100,
	batch: 20,
	faults: noFaults,
} satisfies Omit<AppSettings, "secret">;
