// Asks the note, tree and tile packages of Go's checksum database about our material (docs/interoperability.md).
// They look at the Ed25519 line of a checkpoint, at both kinds of proof, and at tiles.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type material struct {
	Origin, Ed25519 string
	Notes           []struct {
		Size   int64
		Note   []byte
		Root   []byte
		Accept bool
	}
	Inclusions []struct {
		Index, Size int64
		Leaf, Root  []byte
		Path        [][]byte
		Accept      bool
	}
	Consistencies []struct {
		Old, New         int64
		OldRoot, NewRoot []byte
		Path             [][]byte
		Accept           bool
	}
}

type tally struct{ good, altered, wrong int }

func (t *tally) count(accept, accepted bool) {
	if accept {
		t.good++
	} else {
		t.altered++
	}
	if accept != accepted {
		t.wrong++
	}
}

func (t *tally) print(what string) int {
	fmt.Printf("%s: %d genuine, %d altered, %d answered otherwise than expected\n", what, t.good, t.altered, t.wrong)
	return t.wrong
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func hash(data []byte) (h tlog.Hash) {
	copy(h[:], data)
	return h
}

func hashes(list [][]byte) []tlog.Hash {
	out := make([]tlog.Hash, len(list))
	for i, data := range list {
		out[i] = hash(data)
	}
	return out
}

// files serves tiles from the exported folder; C2SP's paths lack the tile height that Go's have.
type files struct{ folder string }

func (f files) Height() int { return 8 }

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(f.folder, strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func main() {
	folder := os.Args[1]
	data, err := os.ReadFile(filepath.Join(folder, "material.json"))
	must(err)
	var m material
	must(json.Unmarshal(data, &m))
	verifier, err := note.NewVerifier(m.Ed25519)
	must(err)
	wrong := 0

	var notes tally
	for _, one := range m.Notes {
		_, err := note.Open(one.Note, note.VerifierList(verifier))
		notes.count(one.Accept, err == nil)
	}
	wrong += notes.print("checkpoints (Ed25519)")

	var inclusions tally
	for _, one := range m.Inclusions {
		err := tlog.CheckRecord(hashes(one.Path), one.Size, hash(one.Root), one.Index, tlog.RecordHash(one.Leaf))
		inclusions.count(one.Accept, err == nil)
	}
	wrong += inclusions.print("inclusion proofs")

	var consistencies tally
	for _, one := range m.Consistencies {
		err := tlog.CheckTree(hashes(one.Path), one.New, hash(one.NewRoot), one.Old, hash(one.OldRoot))
		consistencies.count(one.Accept, err == nil)
	}
	wrong += consistencies.print("consistency proofs")

	signed, err := os.ReadFile(filepath.Join(folder, "log", "checkpoint"))
	must(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: hash(root)}, files{filepath.Join(folder, "log")})
	var tiles tally
	for index := int64(0); index < size; index += 997 {
		want := tlog.RecordHash([]byte(fmt.Sprintf(`{"entry":%d}`, index)))
		found, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		tiles.count(true, err == nil && found[0] == want)
		proof, err := tlog.ProveRecord(size, index, reader)
		tiles.count(true, err == nil && tlog.CheckRecord(proof, size, hash(root), index, want) == nil)
	}
	wrong += tiles.print(fmt.Sprintf("entries and proofs read from the tiles of %d entries", size))

	fmt.Printf("golang.org/x/mod/sumdb, %s\n", runtime.Version())
	if wrong > 0 {
		os.Exit(1)
	}
}
