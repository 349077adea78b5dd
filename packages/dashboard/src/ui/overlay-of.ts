/** Returns the route on which a room's overlay is created or edited. */
export function overlayOf(liveId: string): { name: string; query: Record<string, string> } {
	return { name: "overlay", query: { live_id: liveId } };
}
