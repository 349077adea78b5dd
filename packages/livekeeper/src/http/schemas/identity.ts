import { z } from "zod";

/** Printable and on one line, so that a cookie can't smuggle in another header. */
const cookie = z
	.string()
	.min(1)
	.max(16_384)
	.regex(/^[\x20-\x7e\x80-\uffff]+$/, "must be one line: name=value; name=value")
	.describe("the user's own cookie for the upstream; a logged-in one sees gifts");

const isProxyUrl = (value: string) => URL.canParse(value) && /^(https?|socks5h?):$/.test(new URL(value).protocol);

const proxy = z
	.string()
	.max(2048)
	.refine(isProxyUrl, "must be a URL that begins with http://, https:// or socks5://")
	.describe("proxy to the upstream");

/** Who a room's connection is to the upstream. Secrets: never given back by any answer. */
export const identity = z.strictObject({ cookie: cookie.optional(), proxy: proxy.optional() });
