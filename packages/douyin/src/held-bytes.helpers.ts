import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Returns the bytes that are really held: zlib's streams are freed over several turns of the event loop. */
export async function heldBytes(): Promise<number> {
	for (let turn = 0; turn < 5; turn++) {
		await nextTurn();
		collectGarbage();
	}
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}
