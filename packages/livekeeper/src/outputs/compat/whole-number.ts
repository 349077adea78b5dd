import { hash53 } from "../../hash.ts";

/**
 * The digits of a number for an id. The site's ids are numbers, which stay exact past 2^53 as text; an id that is none,
 * such as those of the open platform, becomes a number that is always the same for it.
 */
export function wholeNumber(id: string): string {
	return /^(0|[1-9]\d{0,19})$/.test(id) ? id : String(hash53(id));
}
