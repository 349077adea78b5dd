/** Outlines on a grid of 24, drawn with a stroke of 1.75 in the text's colour. */
export const icons = {
	api: "M8 6l-5 6 5 6M16 6l5 6-5 6M13.500 4l-3 16",
	rooms: "M4 5h16v10H4zM8 19h8M12 15v4",
	today: "M4 6h16v14H4zM4 10.500h16M8 3.500V8M16 3.500V8M8 14.500h3",
	overlay: "M3 5h18v14H3zM6 12.500h6M6 16h9M14 8.500h4",
	connections: "M9 12h6M9 8H7a4 4 0 0 0 0 8h2M15 8h2a4 4 0 0 1 0 8h-2",
	nodes: "M9 4h6v5H9zM3 15h6v5H3zM15 15h6v5h-6zM12 9v3M6 15v-3h12v3",
	settings:
		"M4 8h7.5M16.500 8H20M14 5.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5zM4 16h1.500M10.500 16H20M8 13.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z",
	help: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM9.700 9.600a2.400 2.400 0 1 1 3.500 2.200c-.8.4-1.200.9-1.200 1.700M12 16.600v.01",
	manual: "M12 6.500C10 5 7 4.500 4 5v13.500c3-.500 6 0 8 1.500 2-1.500 5-2 8-1.500V5c-3-.500-6 0-8 1.500zM12 6.500V20",
	language: "M4 6h9M8.5 4v2M6 6c.6 3.4 3 6 6 7.2M11 6c-.6 3.8-3.200 6.600-6.500 8M12 20l4-9 4 9M13.400 17h5.200",
	theme: "M12 4v16M12 4a8 8 0 1 0 0 16M12 4a8 8 0 0 1 0 16M15 7.200h2.500M15 12h5M15 16.800h2.500",
	check: "M5 12.5l4.500 4.500L19 7.500",
	search: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.500 15.500L20 20",
	plus: "M12 5v14M5 12h14",
	more: "M12 6v.01M12 12v.01M12 18v.01",
	pin: "M9 4h6l-1 6 3 3H7l3-3-1-6zM12 13v7",
	down: "M6 9l6 6 6-6",
	copy: "M9 9h10v11H9zM15 9V4H5v11h4",
	table: "M4 5h16v14H4zM4 10h16M4 14.500h16M10 10v9",
	wall: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
	cards: "M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z",
} as const;

export type IconName = keyof typeof icons;
