/// How pages look: on light and dark screens, on narrow ones, and on paper.
enum PageStyle {
    static let sheet: String =
        ChartStyle.light.variables + "@media screen and (prefers-color-scheme:dark){" + ChartStyle.dark.variables + "}"
        + ":root{color-scheme:light dark}" + ChartStyle.rules + layout + cells

    private static let layout = """
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1400px;padding:16px;background:var(--ground);color:var(--ink);
        font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}
        h1{font-size:1.5em;margin:.2em 0;overflow-wrap:anywhere}h2{font-size:1.2em;margin:1.8em 0 .5em;border-bottom:1px solid var(--faint)}
        h3{font-size:1em;margin:1.2em 0 .3em;overflow-wrap:anywhere}p,li{max-width:80ch;overflow-wrap:anywhere}
        nav{display:flex;flex-wrap:wrap;gap:4px 16px}nav a{color:var(--s0)}
        .figures{display:flex;flex-wrap:wrap;gap:8px;margin:12px 0}
        .figures div{border:1px solid var(--faint);border-radius:6px;padding:6px 12px;min-width:110px}
        .figures dt{color:var(--soft);font-size:.8em}.figures dd{margin:0;font-size:1.25em;font-weight:600;overflow-wrap:anywhere}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,400px),1fr));gap:16px;align-items:start}
        figure{margin:0;min-width:0}.chart{display:block;width:100%;height:auto;max-width:620px}
        .wide{overflow-x:auto}table{border-collapse:collapse;font-size:.87em;font-variant-numeric:tabular-nums}
        .caption{color:var(--soft);font-size:.87em;margin:10px 0 4px}
        th,td{padding:2px 10px 2px 0;text-align:right;border-bottom:1px solid var(--faint);white-space:nowrap}
        th:first-child{text-align:left}th{white-space:normal;overflow-wrap:anywhere;vertical-align:bottom}
        tbody th{min-width:6em;max-width:24em}thead th{overflow-wrap:break-word}thead th{color:var(--soft);font-weight:600}tbody th{font-weight:400}
        .words th,.words td{text-align:left;white-space:normal;vertical-align:top}
        .shaded td{padding:2px 7px;border:1px solid var(--ground)}.shaded tbody th{padding-right:10px}
        pre{overflow:auto;max-height:320px;border:1px solid var(--faint);border-radius:6px;padding:8px;font-size:.8em;margin:6px 0}
        .code{white-space:pre-wrap;overflow-wrap:anywhere;max-height:none}
        .numbers summary,.part summary{cursor:pointer;color:var(--soft);font-size:.85em}
        .part{margin:8px 0}.part>summary{font-size:.95em;color:var(--ink)}
        button{font:inherit;font-size:.85em;margin:4px 0;padding:2px 12px}
        footer{margin-top:3em;color:var(--soft);font-size:.85em}
        @media print{nav,button,.numbers{display:none}body{max-width:none;font-size:11px}figure,.figures div,tr{break-inside:avoid}
        .wide{overflow:visible}.part>summary{list-style:none}}

        """

    /// Cells by their shade: those of the darker half have the ground's colour for their text.
    private static let cells = (0..<ChartStyle.shades).map { shade in
        ".c\(shade){background:var(--h\(shade))" + (shade >= ChartStyle.shades / 2 ? ";color:var(--ground)}" : "}")
    }.joined()

    /// Copies the numbers of a chart, and opens everything for the printer.
    static let script = """
        document.addEventListener('click',function(event){
        var button=event.target;if(button.tagName!=='BUTTON')return;
        var numbers=button.nextElementSibling,text=numbers.textContent;
        function selected(){var range=document.createRange();range.selectNodeContents(numbers);
        var selection=getSelection();selection.removeAllRanges();selection.addRange(range);
        return document.execCommand('copy')}
        function say(done){button.textContent=done?'Copied':'Press Ctrl+C'}
        if(navigator.clipboard)navigator.clipboard.writeText(text).then(function(){say(true)},function(){say(selected())});
        else say(selected())});
        addEventListener('beforeprint',function(){document.querySelectorAll('details.part').forEach(function(part){part.open=true})});
        """
}
