import { LivekeeperError } from "@livekeeper/base/errors";
import { commandFailures } from "../text/index.ts";

/** An argument that is a path, or a flag with one. */
const path = /^(--[\w-]+=)?([A-Za-z]:|\.{0,2})\\/;

/**
 * Corrects paths in an argument list of Windows. There a backslash before a quote makes the quote a part of the
 * argument, and no path can have one: `"D:\录播\"` arrives as `D:\录播"`.
 * @throws LivekeeperError `invalid_request` if what follows the path is part of the same argument
 */
export function windowsArguments(argv: readonly string[]): string[] {
	return argv.map((word) => {
		const quote = path.test(word) ? word.indexOf('"') : -1;
		if (quote < 0) return word;
		const before = word.slice(0, quote);
		if (quote === word.length - 1) return `${before}\\`;
		throw new LivekeeperError("invalid_request", commandFailures.quoteInPath(before), {
			hint: commandFailures.quoteInPathHint(before),
		});
	});
}
