/*
 * Keeps the page's own files, so that it opens without the service and reports that it is offline. Never keeps an
 * answer of the API. The build fills in the files of this version, whose names contain hashes.
 */
const version = "__VERSION__";
const files = /* __FILES__ */ [];
const cacheName = `livekeeper-shell-${version}`;
const ofVersion = new Set(files);
/** Addresses of the page itself. Overlays are a page of their own, which OBS keeps. */
const isPage = (path) =>
	/^\/(rooms\/[^/]+(\/broadcasts\/[^/]+)?|connections|nodes|today|overlay|settings|doctor)?$/.test(path);

self.addEventListener("install", (event) => {
	const kept = async () => {
		const cache = await caches.open(cacheName);
		await cache.addAll(["/", ...files].map((path) => new Request(path, { cache: "reload" })));
		await self.skipWaiting();
	};
	event.waitUntil(kept());
});

self.addEventListener("activate", (event) => {
	const replaced = async () => {
		const names = await caches.keys();
		const old = names.filter((name) => name.startsWith("livekeeper-shell-") && name !== cacheName);
		await Promise.all(old.map((name) => caches.delete(name)));
		await self.clients.claim();
	};
	event.waitUntil(replaced());
});

self.addEventListener("fetch", (event) => {
	const { request } = event;
	const { origin, pathname } = new URL(request.url);
	if (request.method !== "GET" || origin !== self.location.origin) return;
	if (request.mode === "navigate") {
		// The service's own page first: it names the files of the version that runs.
		if (isPage(pathname)) event.respondWith(fetch(request).catch(() => keptOr(request, "/")));
	} else if (ofVersion.has(pathname)) event.respondWith(keptOr(request, pathname));
});

async function keptOr(request, path) {
	const cache = await caches.open(cacheName);
	return (await cache.match(path)) ?? fetch(request);
}
