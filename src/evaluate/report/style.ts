/** How the page looks: one column of sections, light and dark, from a phone's width to a wide screen's, and on paper. */

import { paletteCss } from './palette.ts'

const extra = {
  light: '--raised:#f6f8fa;--accent:0 114 178;--link:#005f94;--good:#00734f;--bad:#b03a00;',
  dark: '--raised:#1b1f24;--accent:63 155 230;--link:#7cc0f5;--good:#3fd0a4;--bad:#ff9a5c;',
} as const

const variables = (mode: 'light' | 'dark') => paletteCss(mode) + extra[mode]

/** The style sheet. */
export const styleSheet: string = `
:root{color-scheme:light dark;${variables('light')}}
@media (prefers-color-scheme:dark){:root{${variables('dark')}}}
*{box-sizing:border-box}
html{scroll-padding-top:3.5rem;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:78rem;padding:0 clamp(1rem,4vw,2.5rem) 3rem;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;overflow-wrap:break-word}
a{color:var(--link);text-underline-offset:.18em;text-decoration-thickness:1px}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid rgb(var(--accent));outline-offset:3px;border-radius:3px}
code{font:.875em/1.4 ui-monospace,"DejaVu Sans Mono",monospace}
p{max-width:70ch;margin:.5rem 0}
.note,.interval,.kicker,dt,footer,.lead{color:var(--faint)}
.note{font-size:.875rem;font-weight:400}
.hidden,.skip:not(:focus){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip:focus{position:fixed;z-index:3;top:.5rem;left:.5rem;padding:.5rem .75rem;background:var(--ground)}
header{padding-top:clamp(1.5rem,5vw,3.5rem)}
.kicker{font-size:.875rem;margin:0}
h1{font-size:clamp(1.6rem,4.5vw,2.4rem);line-height:1.15;letter-spacing:-.015em;margin:.15rem 0 .4rem;text-wrap:balance}
h2{font-size:1.4rem;letter-spacing:-.01em;line-height:1.25;margin:0 0 .5rem}
h2 .note{display:block;font-size:1rem;letter-spacing:0}
h3{font-size:1.1rem;line-height:1.3;margin:0 0 .25rem}
section{margin-top:2.75rem;padding-top:1.5rem;border-top:1px solid var(--line)}
section>h3{margin-top:1.5rem}
dl,dd{margin:0}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:.75rem 2rem;margin:1.25rem 0 0}
dt{font-size:.8125rem}
.method{white-space:nowrap;margin-right:.6em}
.method .plot,th .plot,.of .plot,.names .plot{display:inline-block;width:14px;height:14px;vertical-align:-.12em;margin-right:.35em;flex:none}
nav{position:sticky;z-index:2;top:0;margin:1.75rem calc(-1*clamp(1rem,4vw,2.5rem)) 0;padding:0 clamp(1rem,4vw,2.5rem);background:var(--ground);border-bottom:1px solid var(--line);overflow-x:auto;scrollbar-width:none}
nav ul{display:flex;gap:1.4rem;list-style:none;margin:0;padding:.55rem 0;font-size:.9375rem;white-space:nowrap}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
nav+main>section:first-child{margin-top:0;border-top:0}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9375rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem;border-bottom:1px solid var(--line);font-weight:400}
thead th{font-size:.8125rem;color:var(--faint);vertical-align:bottom}
.number{text-align:right;white-space:nowrap}
.none{color:var(--faint)}
.group th{font-weight:600}
tr.group>*{padding-top:1.1rem}
.overview{width:100%;margin-top:.75rem}
.overview th:first-child{position:sticky;left:0;z-index:1;background:var(--ground);min-width:12.5rem;padding-left:0}
.overview thead th:not(:first-child){color:var(--ink);text-align:right;min-width:7rem}
.overview th .note{display:block;line-height:1.25}
.overview td{text-align:right;white-space:nowrap;background:rgb(var(--accent)/var(--rank,0))}
.overview .group td{color:var(--faint);font-size:.8125rem;background:none;vertical-align:bottom}
.mean{display:block;font-weight:600}
.interval{display:block;font-size:.8125rem;color:color-mix(in srgb,var(--ink) 76%,transparent)}
.best{margin-right:.3em;color:rgb(var(--accent))}
.arrow{color:var(--faint);cursor:help}
.passes{color:var(--good);white-space:nowrap}
.fails{color:var(--bad);white-space:nowrap;font-weight:600}
.warnings,.missing{padding-left:1.1rem;margin:.5rem 0;max-width:70ch}
.missing{font-size:.875rem;color:var(--faint)}
.card{padding:1.25rem 0 1.5rem}
.card+.card{border-top:1px dashed var(--line)}
.about{display:flex;flex-wrap:wrap;gap:.35rem 2rem;font-size:.875rem;margin:.5rem 0 .75rem}
.about>div{max-width:44ch}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1.5rem 2.5rem;align-items:start}
figure{margin:0;min-width:0;max-width:36rem;break-inside:avoid}
figure.wide{grid-column:1/-1;max-width:none}
figcaption{font-size:.875rem;line-height:1.4;margin-bottom:.4rem}
figcaption .note{display:block}
.plot{display:block;width:100%;height:auto;overflow:visible}
.plot text{white-space:pre}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,15.5rem),1fr));gap:1rem 1.5rem}
.panels p{margin:.25rem 0 0;font-size:.875rem;font-weight:600}
.panels .plot{max-width:22rem}
summary{cursor:pointer}
.numbers{margin-top:.75rem;font-size:.9375rem}
.numbers>summary,.note>summary{color:var(--link);font-size:.875rem;width:fit-content}
.input{border-bottom:1px solid var(--line);content-visibility:auto;contain-intrinsic-size:auto 3rem}
.input>summary{padding:.6rem 0}
.input .id{font-weight:600;margin-right:.75em}
.names,.pictures{display:grid;grid-template-columns:repeat(var(--columns),minmax(0,1fr));gap:.6rem}
.names{font-size:.8125rem;padding:.4rem 0;border-bottom:1px solid var(--line)}
.pictures{margin-top:.5rem}
.cell{min-width:0}
.cell img{display:block;width:100%;max-width:14rem;height:auto;border-radius:3px}
.places{image-rendering:pixelated}
.of{display:none;font-size:.8125rem;line-height:1.3;margin-bottom:.2rem}
.drilled{padding:.5rem 0 1.5rem}
.small{grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));margin-top:1.25rem}
.text{font-size:.9375rem;line-height:1.8}
.text mark{padding:.1em .2em;border-radius:.2em}
.text .open{padding-right:0}
.text .joined{padding-left:0}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);font-size:.875rem;max-width:70ch}
@media (max-width:48rem){
.names{display:none}
.pictures{grid-template-columns:repeat(auto-fill,minmax(6.5rem,1fr))}
.of{display:block}
.overview th:first-child{min-width:8.5rem;max-width:9.5rem}
.about>div{max-width:none}
}
@media print{
:root{color-scheme:light;${variables('light')}}
body{max-width:none;padding:0;font-size:10pt}
nav,.skip{display:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.scroll{overflow:visible}
.overview th:first-child{position:static}
.overview thead th:not(:first-child){min-width:0}
section,.card,tr{break-inside:avoid-page}
section{break-inside:auto}
h2,h3{break-after:avoid}
a{color:inherit;text-decoration:none}
}
`
