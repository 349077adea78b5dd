import { LivekeeperError } from "@livekeeper/base/errors";
import { storageTexts } from "@livekeeper/log/text";

/** Returns the error for a failed attempt to listen: `port_in_use` or `cannot_listen`. */
export function listenError(cause: unknown, { host, port }: { host: string; port: number }): LivekeeperError {
	const code = (cause as NodeJS.ErrnoException).code;
	if (code === "EADDRINUSE") {
		return new LivekeeperError("port_in_use", storageTexts.portInUse(port, host), { cause });
	}
	return new LivekeeperError("cannot_listen", storageTexts.cannotListen(host, port, code ?? String(cause)), { cause });
}
