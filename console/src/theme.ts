import type { ThemeConfig } from 'antd';

/** One accent, greys, and colour only for what is risky. */
export const accent = '#1f5b8f';

/** The accent under the pointer. */
const under = '#17466f';

export const theme: ThemeConfig = {
  token: {
    colorPrimary: accent,
    colorInfo: accent,
    colorLink: accent,
    // under the pointer darker, not lighter: the text stays as legible as it was
    colorPrimaryHover: under,
    colorLinkHover: under,
    colorErrorHover: '#8f1e18',
    colorError: '#b3261e',
    colorWarning: '#9a6200',
    colorSuccess: '#2f6f4f',
    colorSuccessBg: '#eef6f1',
    colorSuccessBorder: '#bcd9c8',
    colorErrorBg: '#fbeceb',
    colorErrorBorder: '#f0c9c6',
    colorWarningBg: '#fdf3e0',
    colorWarningBorder: '#ecd3a3',
    colorInfoBg: '#eef4fa',
    colorInfoBorder: '#c9dcec',
    colorText: '#1c232b',
    colorTextSecondary: '#4d5763',
    colorTextTertiary: '#5d6773',
    colorTextQuaternary: '#66707c',
    colorTextPlaceholder: '#66707c',
    colorTextDescription: '#4d5763',
    colorTextDisabled: '#69737e',
    colorBorder: '#cdd3da',
    colorBorderSecondary: '#e4e8ec',
    colorBgLayout: '#f4f6f8',
    borderRadius: 4,
    fontSize: 13,
    controlHeight: 30,
    controlHeightSM: 24,
    fontFamily: "'PingFang SC','Microsoft YaHei','Noto Sans SC','Noto Sans CJK SC','Source Han Sans SC',system-ui,sans-serif",
    fontFamilyCode: "'JetBrains Mono','Cascadia Mono',Consolas,'DejaVu Sans Mono',Menlo,monospace",
    boxShadowSecondary: '0 4px 16px rgba(20,30,40,.12)',
    motionDurationMid: '0.12s',
    motionDurationSlow: '0.16s',
  },
  components: {
    Table: { cellPaddingBlockSM: 6, cellPaddingInlineSM: 10, headerBg: '#f7f8fa', headerColor: '#4d5763', headerSplitColor: 'transparent', rowHoverBg: '#f3f7fb', rowSelectedBg: '#eaf2f9', rowSelectedHoverBg: '#e2edf7', borderColor: '#e9ecf0' },
    Menu: { itemHeight: 32, itemMarginBlock: 1, itemMarginInline: 8, itemBorderRadius: 4, itemSelectedBg: '#e6eff7', itemSelectedColor: accent, groupTitleColor: '#5d6773', groupTitleFontSize: 12, iconMarginInlineEnd: 8 },
    Modal: { titleFontSize: 15 },
    Drawer: { paddingLG: 20 },
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
    Form: { itemMarginBottom: 16, verticalLabelPadding: '0 0 4px' },
    Tabs: { horizontalMargin: '0 0 12px 0' },
  },
};
