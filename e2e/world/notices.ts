/** A notice of the service's state, as a target got it. */
export interface Noticed {
	state: string;
	/** Name of the node; "" for storage. */
	subject: string;
	condition: string;
	/** When it arrived, ms since the world began. */
	at: number;
}

/** A time in which the other nodes did not hear a node, ms since the world began. */
export interface Absence {
	/** Its name. */
	node: string;
	from: number;
	to: number;
	/** `stop`: it left, which is no loss. */
	how: "stop" | "kill" | "power_cut" | "hang" | "nats";
}

/** Time without a sign from which a node counts as lost, ms: its entry lasts 8 s, and is then missed for 8 looks. */
const lostAfterMs = 14_000;
/** Maximum time from the end of a trouble until the last notice of it, ms: another node may have to send it. */
const noticedWithinMs = 120_000;
/** Time around a node's departure in which the others must hear it say so, ms. */
const heardWithinMs = 10_000;

/**
 * Checks notices against what happened: a node is lost once it was away for long, unless it said that it leaves, and
 * storage fails only if it was disturbed.
 * @returns the violations, as sentences
 */
export function checkNotices(
	notices: readonly Noticed[],
	absences: readonly Absence[],
	isDisturbed: (from: number, to: number) => boolean,
): string[] {
	const cuts = absences.filter(({ how }) => how === "hang" || how === "nats");
	const isLoss = ({ node, from, to, how }: Absence, { subject, at }: Noticed) => {
		if (node !== subject || at < from + lostAfterMs || at > to + noticedWithinMs) return false;
		return how !== "stop" || cuts.some((cut) => cut.from <= from + heardWithinMs && cut.to >= from - heardWithinMs);
	};
	return notices.flatMap((notice) => {
		const { state, subject, condition, at } = notice;
		if (state === "node_lost" && condition === "lost" && !absences.some((absence) => isLoss(absence, notice)))
			return [`a target heard at ${at} that ${subject} is lost, and it was not`];
		if (state === "storage" && condition === "failing" && !isDisturbed(at - noticedWithinMs, at))
			return [`a target heard at ${at} that storage fails, and it did not`];
		return [];
	});
}
