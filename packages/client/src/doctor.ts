import { LivekeeperApiError } from "./errors.ts";
import type { DoctorEnd, DoctorStep } from "./gen/api.ts";
import { type Connection, type RequestOptions, requestLines, textsOf } from "./http.ts";

export interface DoctorQuestion extends RequestOptions {
	/** Room to check; default: a room of the identity, or one that the service keeps. */
	liveId?: string | undefined;
	/** The identity to use instead of the room's own. */
	identity?: string | undefined;
	/** Called with each step when it is done. */
	onStep?: ((step: DoctorStep) => void) | undefined;
}

/** Result of the diagnosis. */
export interface DoctorVerdict {
	/** The room that was checked; `null` if there was none. */
	liveId: string | null;
	/** Whether the room can be kept connected; `null` if none was checked. */
	ok: boolean | null;
}

export async function examine(
	connection: Connection,
	{ liveId, identity, signal, onStep }: DoctorQuestion,
): Promise<DoctorVerdict> {
	const call = { method: "POST", body: { live_id: liveId, identity }, signal } as const;
	let verdict: DoctorVerdict | undefined;
	await requestLines(connection, "api/v1/doctor", call, (text) => {
		const line = JSON.parse(text) as DoctorStep | DoctorEnd;
		if ("end" in line) verdict = { liveId: line.live_id, ok: line.ok };
		else onStep?.(line);
	});
	if (!verdict) throw new LivekeeperApiError("unreachable", textsOf(connection).brokeOff);
	return verdict;
}
