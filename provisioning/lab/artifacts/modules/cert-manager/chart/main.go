// Command chart prints the manifests of a chart as it lies in its product's source, by Helm's own engine.
//
// A released chart has a Chart.yaml and carries its custom resource definitions; in the source, a
// Chart.template.yaml still waits for the version, and the definitions lie in a folder of their own.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

func main() {
	folder := flag.String("chart", "", "the chart's folder")
	extra := flag.String("templates", "", "a folder with more templates; with it, those alone are printed")
	release := flag.String("release", "", "the release's name")
	namespace := flag.String("namespace", "", "the release's namespace")
	version := flag.String("version", "", "the version of the chart and of what it installs, such as v1.2.3")
	values := flag.String("values", "{}", "values that differ from the chart's own, as JSON")
	flag.Parse()
	printed, err := render(*folder, *extra, *release, *namespace, *version, *values)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(printed)
}

func render(folder, extra, release, namespace, version, values string) (string, error) {
	loaded, err := load(folder, extra)
	if err != nil {
		return "", err
	}
	loaded.Metadata.Version = strings.TrimPrefix(version, "v")
	loaded.Metadata.AppVersion = version
	given := map[string]interface{}{}
	if err := json.Unmarshal([]byte(values), &given); err != nil {
		return "", fmt.Errorf("values: %w", err)
	}
	options := chartutil.ReleaseOptions{Name: release, Namespace: namespace, Revision: 1, IsInstall: true}
	all, err := chartutil.ToRenderValues(loaded, given, options, chartutil.DefaultCapabilities)
	if err != nil {
		return "", err
	}
	made, err := engine.Render(loaded, all)
	if err != nil {
		return "", err
	}
	return join(made, extra != ""), nil
}

// load reads a chart's folder; the files of the folder extra, if any, become templates in templates/extra.
func load(folder, extra string) (*chart.Chart, error) {
	files, err := read(folder, "")
	if err != nil {
		return nil, err
	}
	if extra != "" {
		more, err := read(extra, "templates/extra")
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	return loader.LoadFiles(files)
}

func read(folder, into string) ([]*loader.BufferedFile, error) {
	var files []*loader.BufferedFile
	err := filepath.WalkDir(folder, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(at)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, at)
		if err != nil {
			return err
		}
		if name == "Chart.template.yaml" {
			name = "Chart.yaml"
		}
		files = append(files, &loader.BufferedFile{Name: path.Join(into, filepath.ToSlash(name)), Data: data})
		return nil
	})
	return files, err
}

// join puts what was rendered in one stream, by the templates' names.
func join(made map[string]string, extra bool) string {
	var names []string
	for name := range made {
		manifest := strings.HasSuffix(name, ".yaml") && strings.Contains(name, "/templates/extra/") == extra
		if manifest && strings.TrimSpace(made[name]) != "" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var stream strings.Builder
	for _, name := range names {
		stream.WriteString("---\n" + strings.TrimSpace(made[name]) + "\n")
	}
	return stream.String()
}
