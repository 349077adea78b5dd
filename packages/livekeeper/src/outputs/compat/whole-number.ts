import { hash53 } from "@livekeeper/base/hash";

/**
 * Returns an id as the digits of a number. The site's ids are numbers, exact past 2^53 because they stay text. Any
 * other id, such as those of the open platform, is hashed to a stable number.
 */
export function wholeNumber(id: string): string {
	return /^(0|[1-9]\d{0,19})$/.test(id) ? id : String(hash53(id));
}
