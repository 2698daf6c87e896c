// The relay that a Go programmer writes: io.Copy both ways between two TCP connections, which splices in the kernel.
package main

import (
	"io"
	"log"
	"net"
	"os"
	"sync"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: iocopy LISTEN CONNECT")
	}
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	target, err := net.ResolveTCPAddr("tcp", os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			log.Print(err)
			continue
		}
		go relay(client.(*net.TCPConn), target)
	}
}

func relay(client *net.TCPConn, target *net.TCPAddr) {
	defer client.Close()
	server, err := net.DialTCP("tcp", nil, target)
	if err != nil {
		log.Print(err)
		return
	}
	defer server.Close()

	var there sync.WaitGroup
	there.Add(1)
	go func() {
		defer there.Done()
		move(server, client)
	}()
	move(client, server)
	there.Wait()
}

func move(to, from *net.TCPConn) {
	if _, err := io.Copy(to, from); err != nil {
		to.Close()
		from.Close()
		return
	}
	to.CloseWrite()
}
