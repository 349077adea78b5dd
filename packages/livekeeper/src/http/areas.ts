import { parseLiveId } from "@livekeeper/douyin";
import type { FastifyRequest } from "fastify";
import type { Purpose } from "../live/index.ts";

/**
 * Whether a supervisor asks. Health checks need no key and have no limit, so a busy service is not taken for a dead
 * one.
 */
export const isHealth = (url: string) => /^\/health\//.test(url);

/** Whether it is a callback of the open platform. It is signed, so it needs no key. */
export const isCallback = (method: string | undefined, url: string) =>
	method === "POST" && /^\/api\/v1\/official\/[^/?]+(?:\?|$)/.test(url);

/** Address to which the browser extension sends a cookie. Its code replaces a key. */
export const handoverPath = "/api/v1/pairings/cookie";
export const isHandover = (method: string | undefined, url: string) =>
	method === "POST" && url.split("?", 1)[0] === handoverPath;

/** Addresses of the dashboard; its router has the same (packages/dashboard/src/app/router.ts). */
export const dashboardPaths = [
	...["/", "/rooms/:live_id", "/rooms/:live_id/broadcasts/:room_id", "/connections", "/nodes"],
	...["/today", "/overlay", "/settings", "/doctor"],
] as const;

/** Addresses of a room's overlay, and of a named one, for browser sources of OBS. The overlay is a page of its own. */
export const overlayPaths = ["/overlay/:live_id", "/overlay/named/:id"] as const;

/** Files by which a browser installs the page and opens it without the service. */
export const shellFiles = [
	...["/favicon.svg", "/manifest.webmanifest", "/sw.js", "/icon-192.png", "/icon-512.png", "/icon-maskable-512.png"],
] as const;

const files = ["/assets/:file", ...shellFiles, "/docs", "/docs/:file", "/llms.txt", "/help", "/help/", "/help/:file"];
const pages = [...dashboardPaths, ...overlayPaths, ...files].map(
	(path) => new RegExp(`^${path.replaceAll(/:\w+/g, "[^?]+")}(?:\\?|$)`),
);

/**
 * Whether it is a page or one of its files. They hold no data and need no key, because a browser cannot send one with a
 * page's scripts and styles, and links of any site may lead to them.
 */
export const isPage = (url: string) => pages.some((page) => page.test(url));

/** Whether a browser shows the answer as a page: it is an address that was typed or clicked, outside the API. */
export const isTyped = ({ method, url, headers }: Pick<FastifyRequest, "method" | "url" | "headers">) =>
	method === "GET" && !url.startsWith("/api/") && /\btext\/html\b/.test(headers.accept ?? "");

/**
 * Purpose of a route that is open to overlay tokens. `room`: the room in its path; `overlay`: the overlay in its path.
 */
type TokenPurpose = "room" | "overlay" | "all_rooms" | "media";

/**
 * Opens a route to overlay tokens with this purpose, for the route's schema, and documents it in the API's description.
 * Other routes are the owner's alone, so no route is ever opened by an omission.
 */
export function openToTokens(purpose: TokenPurpose) {
	return [{ key: [] }, { overlay_token: [purpose] }];
}

/** Returns the purpose of a request, by its route's declaration. */
export function purposeOf({ routeOptions, params }: FastifyRequest): Purpose {
	const purposes = (routeOptions.schema?.security ?? []).flatMap((scheme) => scheme["overlay_token"] ?? []);
	const [purpose = "everything"] = purposes as TokenPurpose[];
	if (purpose === "overlay") return { overlay: (params as { id: string }).id };
	if (purpose !== "room") return purpose;
	const { live_id: given } = params as { live_id: string };
	const id = parseLiveId(given);
	// The route's own schema refuses a value that names no room.
	return { room: id.ok ? id.liveId : given };
}
