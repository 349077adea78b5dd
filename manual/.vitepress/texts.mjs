/** What VitePress itself says around the pages. */
export const texts = {
	en: {
		description: "How to use livekeeper",
		service: { rooms: "Rooms", api: "API" },
		theme: {},
		search: {
			button: { buttonText: "Search", buttonAriaLabel: "Search" },
			modal: {
				displayDetails: "Show the text",
				resetButtonTitle: "Clear",
				backButtonTitle: "Close",
				noResultsText: "Nothing found for",
				footer: { selectText: "open", navigateText: "choose", closeText: "close" },
			},
		},
	},
	zh: {
		description: "livekeeper 使用手册",
		service: { rooms: "直播间", api: "接口文档" },
		theme: {
			outline: { label: "本页内容" },
			docFooter: { prev: "上一页", next: "下一页" },
			darkModeSwitchLabel: "外观",
			lightModeSwitchTitle: "换成浅色",
			darkModeSwitchTitle: "换成深色",
			sidebarMenuLabel: "目录",
			returnToTopLabel: "回到顶部",
			langMenuLabel: "语言",
			skipToContentLabel: "跳到正文",
			notFound: {
				title: "没有这一页",
				quote: "它可能已经改名。",
				linkLabel: "回到首页",
				linkText: "回到首页",
			},
		},
		search: {
			button: { buttonText: "搜索", buttonAriaLabel: "搜索" },
			modal: {
				displayDetails: "显示正文",
				resetButtonTitle: "清除",
				backButtonTitle: "关闭",
				noResultsText: "没有找到",
				footer: { selectText: "打开", navigateText: "选择", closeText: "关闭" },
			},
		},
	},
};
