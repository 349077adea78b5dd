import { Conflict } from "../key-values.ts";

const wrongLastSequence = 10_071;

/** Has a write that came too late throw {@link Conflict}. */
export async function checked(write: () => Promise<number>): Promise<number> {
	try {
		return await write();
	} catch (error) {
		const code = error instanceof Error && "code" in error ? error.code : undefined;
		if (code === wrongLastSequence) throw new Conflict();
		throw error;
	}
}
