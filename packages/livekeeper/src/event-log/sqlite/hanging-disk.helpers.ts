import { inThisThread } from "./same-thread.helpers.ts";
import type { StartThread } from "./store-thread.ts";
import type { Call } from "./thread-protocol.ts";

/** Simulates a writer's thread that receives nothing while its disk hangs. */
export function hangingDisk() {
	const held: (() => void)[] = [];
	let hangs = false;
	const startThread: StartThread = (role) => {
		const host = inThisThread(role);
		if (role.role === "reader") return host;
		const post = host.postMessage.bind(host);
		host.postMessage = (call: Call, transfer) => {
			if (hangs) held.push(() => post(call, transfer));
			else post(call, transfer);
		};
		return host;
	};
	const hang = () => {
		hangs = true;
	};
	const answer = () => {
		hangs = false;
		for (const send of held.splice(0)) send();
	};
	return { startThread, hang, answer };
}
